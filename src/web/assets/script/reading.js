// Reading: what arrives is counted and put in when asked for; buttons of posts act without the page being loaded anew.

// Our own server's rendering of posts for this reader: parsed apart from the page, so that nothing in it runs by being parsed.
const parsed = (html) => new DOMParser().parseFromString(html, "text/html").body;

// A button of a post: sent as its form would be; the answer is the buttons as they are now. Where anything is odd, the form goes as usual.
document.addEventListener("submit", async (event) => {
  const form = event.target, button = event.submitter;
  if (!form.matches("form.acts") || event.defaultPrevented) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form));
  body.set("part", "yes");
  const action = button?.formAction || form.action;
  try {
    const answer = await fetch(action, { method: "POST", body, credentials: "same-origin", redirect: "error" });
    const buttons = answer.ok && parsed(await answer.text()).querySelector("form.acts");
    if (!buttons) throw new Error("no buttons");
    const nth = [...form.querySelectorAll("button, summary")].indexOf(button);
    form.replaceWith(buttons);
    buttons.querySelectorAll("button, summary")[nth]?.focus();
  } catch {
    form.action = action;
    HTMLFormElement.prototype.submit.call(form);
  }
}, true);

// One menu of a post is open at a time, and Escape closes it.
document.addEventListener("toggle", (event) => {
  if (!event.target.matches?.("details.more") || !event.target.open) return;
  for (const other of document.querySelectorAll("details.more[open]")) if (other !== event.target) other.open = false;
}, true);
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.querySelector("details.more[open]");
  if (open) { open.open = false; open.querySelector("summary").focus(); }
});
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.more[open]")) if (!open.contains(event.target)) open.open = false;
});

// How many notifications are new, beside the way to them.
const unread = (number) => {
  const way = document.querySelector("a[href='/notifications']");
  let count = way?.querySelector("[data-live=unread]");
  if (!way || !(number > 0)) return count?.remove();
  if (!count) {
    count = document.createElement("span");
    count.className = "count";
    count.dataset.live = "unread";
    way.append(count);
  }
  count.textContent = number;
};

const live = document.querySelector("[data-live]:not([data-live=unread])");
if (live && live.dataset.live && window.EventSource) {
  const waiting = new Map();
  const title = document.title;
  const isThread = live.dataset.live.startsWith("thread:");
  const pattern = document.querySelector("template[data-arrived]");
  let notice;

  const say = () => {
    document.title = waiting.size ? `(${waiting.size}) ${title}` : title;
    if (!waiting.size) return void (notice?.remove(), notice = undefined);
    if (!notice && pattern) {
      notice = pattern.content.firstElementChild.cloneNode(true);
      notice.setAttribute("role", "status");
      notice.querySelector("button").addEventListener("click", show);
      isThread ? live.append(notice) : live.prepend(notice);
    }
    const button = notice?.querySelector("button");
    if (button) button.textContent = waiting.size === 1 ? button.dataset.one : button.dataset.many.replace("99", waiting.size);
  };

  // Only when asked for: nothing that one reads moves by itself.
  const show = () => {
    const posts = [...waiting.values()];
    waiting.clear();
    say();
    live.querySelector(":scope > .empty")?.remove();
    for (const post of posts) {
      post.classList.add("fresh");
      isThread ? live.append(post) : live.prepend(post);
      moments(post);
    }
    const first = isThread ? posts[0] : posts.at(-1);
    if (first) { first.tabIndex = -1; first.focus({ preventScroll: false }); }
  };

  const article = (event) => parsed(event.data).querySelector("article.post");
  const events = new EventSource(`/live?of=${encodeURIComponent(live.dataset.live)}`);
  const changed = (post, shown) => {
    if (waiting.has(post?.id)) waiting.set(post.id, post);
    else if (shown) {
      // Not under the fingers of whoever is at it: when they have left it.
      const put = () => {
        if (shown.contains(document.activeElement)) return;
        shown.removeEventListener("focusout", later);
        // the post of a page is its heading, as it came
        const [head, title] = [shown.querySelector(":scope > h1"), post.querySelector(":scope > h3")];
        if (head && title) {
          head.textContent = title.textContent;
          title.replaceWith(head);
        }
        post.className = shown.className;
        shown.replaceWith(post);
        moments(post);
      };
      const later = () => setTimeout(put);
      shown.addEventListener("focusout", later);
      put();
    }
  };
  events.addEventListener("post", (event) => {
    const post = article(event), shown = post && document.getElementById(post.id);
    // it was here before its community took it in
    if (shown) return changed(post, shown);
    if (!post) return;
    waiting.set(post.id, post);
    say();
  });
  events.addEventListener("changed", (event) => {
    const post = article(event);
    changed(post, post && document.getElementById(post.id));
  });
  events.addEventListener("gone", (event) => {
    waiting.delete(`p${event.data}`);
    document.getElementById(`p${event.data}`)?.remove();
    say();
  });
  events.addEventListener("unread", (event) => {
    unread(Number(event.data));
    const more = live.querySelector(":scope > .arrived[hidden]");
    if (more && !isThread) more.hidden = false;
  });
  window.addEventListener("pagehide", () => events.close());
}

// Which answers of a thread are new since this browser last showed it: marked, and remembered for the last two hundred threads.
const thread = document.querySelector("[data-seen]");
if (thread) {
  try {
    const kept = JSON.parse(localStorage.getItem("threads") || "{}");
    const before = BigInt(kept[thread.dataset.seen] || 0);
    let newest = before;
    for (const post of document.querySelectorAll("article[data-post]")) {
      const id = BigInt(post.dataset.post);
      if (before && id > before) post.classList.add("fresh");
      if (id > newest) newest = id;
    }
    delete kept[thread.dataset.seen];
    kept[thread.dataset.seen] = String(newest);
    localStorage.setItem("threads", JSON.stringify(Object.fromEntries(Object.entries(kept).slice(-200))));
  } catch { /* a browser that keeps nothing marks nothing */ }
}

