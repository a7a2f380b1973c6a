// What every page does: the token with each htmx request, and focus on the changed heading after a swap.
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("input[name=csrfmiddlewaretoken]");
  if (token) event.detail.headers["X-CSRFToken"] = token.value;
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.requestConfig.verb !== "get" || event.detail.target.id !== "results") return;
  const heading = event.detail.target.querySelector("[tabindex='-1']");
  if (heading && !event.detail.requestConfig.elt.contains(document.activeElement)) heading.focus({ preventScroll: true });
});
