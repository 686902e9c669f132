// What every page gains from a script. Nothing depends on it: each part looks for its elements and does nothing without them.
// Elements that a part adds say so with `data-…`; all texts come from the page, in its language.

// Moments in the reader's own zone and way of writing; the page has them in UTC. Beside whoever wrote something (`.when`) it is how
// long ago, until that is a week.
const tongue = navigator.languages.find((tag) => tag.split("-")[0] === document.documentElement.lang) ?? document.documentElement.lang;
const written = new Intl.DateTimeFormat(tongue, { dateStyle: "medium", timeStyle: "short" });
const dated = new Intl.DateTimeFormat(tongue, { dateStyle: "medium" });
const since = new Intl.RelativeTimeFormat(tongue, { numeric: "auto", style: "short" });
const ago = (at) => {
  const seconds = Math.round((at - Date.now()) / 1000);
  const units = [["second", 60, Infinity], ["minute", 3_600, 60], ["hour", 86_400, 3_600], ["day", 604_800, 86_400]];
  const unit = units.find(([, most]) => Math.abs(seconds) < most);
  return unit ? since.format(Math.trunc(seconds / unit[2]), unit[0]) : dated.format(at);
};
const moments = (root) => {
  for (const time of root.querySelectorAll("time[datetime]:not([data-day])")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    time.textContent = time.closest(".when") ? ago(at) : written.format(at);
    if (time.closest(".when")) time.title = written.format(at);
  }
};
moments(document);

// Where ways go sideways, the one that one is on is seen.
for (const here of document.querySelectorAll(".tabs [aria-current=page]")) {
  const way = here.parentElement;
  way.parentElement.scrollLeft = way.offsetLeft - (way.parentElement.clientWidth - way.offsetWidth) / 2;
}

// A form that was sent is not sent again by a second click. Coming back to the page, it can be.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// What cannot be undone asks first: `data-confirm` on the button holds the question.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-confirm]");
  if (button && !window.confirm(button.dataset.confirm)) event.preventDefault();
});

