// Sends large files piece by piece (tus 1.0.0) and goes on where a broken connection left off, even after the browser was closed:
// choosing the same file again finds its upload. What is whole is named in the form by its digest.
(() => {
  const form = document.getElementById("act-form");
  if (!form || !form.dataset.uploads) return;
  const [title, help, sent, whole, broken, refused] = form.dataset.uploadWords.split("|");
  const PIECE = 4 * 1024 * 1024;
  const token = form.querySelector("input[name=csrfmiddlewaretoken]").value;
  const base = { "Tus-Resumable": "1.0.0", "X-CSRFToken": token };
  const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
  const b64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
  const mark = (file) => `upload:${file.name}:${file.size}:${file.lastModified}`;

  const box = document.createElement("div");
  box.className = "form-group upload";
  box.innerHTML = '<label class="form-label" for="large-file"></label><div class="form-text" id="large-help"></div><input class="form-control" type="file" id="large-file" multiple aria-describedby="large-help"><ul class="uploads" aria-live="polite"></ul>';
  box.querySelector("label").textContent = title;
  box.querySelector(".form-text").textContent = help;
  const place = () => {
    const files = form.querySelector("input[name=files]");
    if (files && !form.contains(box)) files.closest(".form-group").after(box);
  };
  place();
  document.addEventListener("htmx:afterSwap", place);

  async function asked(url, options) {
    for (let wait = 1000; ; wait = Math.min(wait * 2, 30000)) {
      try {
        const answer = await fetch(url, options);
        if (answer.status < 500) return answer;
      } catch { /* no connection: try again */ }
      options.line.textContent = `${options.name} — ${broken}`;
      await sleep(wait);
    }
  }

  async function begun(file, line) {
    const known = localStorage.getItem(mark(file));
    if (known) {
      const answer = await asked(known, { method: "HEAD", headers: base, line, name: file.name });
      if (answer.ok) return { url: known, at: Number(answer.headers.get("Upload-Offset")), digest: answer.headers.get("X-Digest") };
      localStorage.removeItem(mark(file));
    }
    const headers = { ...base, "Upload-Length": file.size, "Upload-Metadata": `filename ${b64(file.name)},filetype ${b64(file.type)}` };
    const answer = await asked(form.dataset.uploads, { method: "POST", headers, line, name: file.name });
    if (!answer.ok) throw new Error(await answer.text());
    const url = answer.headers.get("Location");
    localStorage.setItem(mark(file), url);
    return { url, at: 0, digest: null };
  }

  async function send(file, line) {
    let { url, at, digest } = await begun(file, line);
    while (!digest) {
      const piece = file.slice(at, at + PIECE);
      const headers = { ...base, "Content-Type": "application/offset+octet-stream", "Upload-Offset": at };
      if (crypto.subtle) {
        const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", await piece.arrayBuffer()));
        headers["Upload-Checksum"] = `sha256 ${btoa(String.fromCharCode(...sum))}`;
      }
      const answer = await asked(url, { method: "PATCH", headers, body: piece, line, name: file.name });
      if (answer.status === 409 || answer.status === 460) {
        await sleep(1000);
        ({ url, at, digest } = await begun(file, line));
      }
      else if (!answer.ok) throw new Error(await answer.text());
      else [at, digest] = [Number(answer.headers.get("Upload-Offset")), answer.headers.get("X-Digest")];
      line.textContent = `${file.name} — ${sent} ${file.size ? Math.floor((at / file.size) * 100) : 100}%`;
    }
    localStorage.removeItem(mark(file));
    line.textContent = `${file.name} — ${whole}`;
    const named = Object.assign(document.createElement("input"), { type: "hidden", name: "uploaded", value: digest });
    box.append(named);
    form.dispatchEvent(new Event("change"));
  }

  box.querySelector("input").addEventListener("change", async (event) => {
    for (const file of event.target.files) {
      const line = box.querySelector("ul").appendChild(document.createElement("li"));
      line.textContent = `${file.name} — ${sent} 0%`;
      try { await send(file, line); } catch (fault) { line.textContent = `${file.name} — ${refused} ${fault.message}`; }
    }
    event.target.value = "";
  });
})();
