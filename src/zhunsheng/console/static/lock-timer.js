// Hides the page when nobody has touched it for as long as the server waits, so that nothing stays readable on an empty desk,
// and tells the server that somebody is at work, so that a long form is not locked while it is filled in.
// The server decides for itself when a session is locked.
(() => {
  const { lockAfter, lockAt, stillHere } = document.body.dataset;
  const wait = Number(lockAfter) * 1000;
  if (!wait) return;
  let touched = Date.now();
  let told = touched;
  for (const kind of ["pointerdown", "keydown", "scroll"]) {
    addEventListener(kind, () => { touched = Date.now(); }, { passive: true, capture: true });
  }
  setInterval(() => {
    const now = Date.now();
    if (now - touched >= wait) {
      location.replace(lockAt + "?next=" + encodeURIComponent(location.pathname + location.search));
    } else if (touched > told && now - told >= wait / 5) {
      told = now;
      fetch(stillHere, { method: "HEAD" });
    }
  }, 2000);
})();
