// Writing. Without it the form does all of this by being sent.
{
  const later = (wait, work) => {
    let timer = 0;
    return (...args) => {
      clearTimeout(timer);
      timer = setTimeout(() => work(...args), wait);
    };
  };

  // What is typed stays in this browser until it is published: a crash or a closed page loses nothing.
  const FIELDS = ["title", "text", "spoiler", "goes", "language"];
  const values = (form) => {
    const data = new FormData(form);
    return Object.fromEntries(FIELDS.filter((name) => data.has(name)).map((name) => [name, String(data.get(name))]));
  };
  const stored = (work) => {
    try {
      return work();
    } catch {
      return null; // a browser that keeps nothing
    }
  };
  const keyOf = (form) => `write:${form.dataset.who}:${form.dataset.compose}`;
  const put = (form, kept) => {
    for (const [name, value] of Object.entries(kept)) {
      const field = form.elements[name];
      // where it goes is chosen again only among the places that this form has, and never written into one
      if (name === "goes") for (const one of form.querySelectorAll("input[type=radio][name=goes]")) one.checked = one.checked || one.value === value;
      else if (field) field.value = value;
    }
  };

  const keeping = (form) => {
    const key = keyOf(form);
    const first = JSON.stringify(values(form));
    const kept = stored(() => localStorage.getItem(key));
    if (kept && kept !== first && !form.dataset.kept) {
      stored(() => put(form, JSON.parse(kept)));
      const notice = document.createElement("p");
      notice.className = "notice restored";
      notice.setAttribute("role", "status");
      const away = document.createElement("button");
      away.type = "button";
      away.className = "plain";
      away.textContent = form.dataset.throwAway;
      away.addEventListener("click", () => {
        stored(() => localStorage.removeItem(key));
        put(form, JSON.parse(first));
        form.dispatchEvent(new Event("change"));
        notice.remove();
        form.elements.text.focus();
      });
      notice.append(form.dataset.restored, " ", away);
      form.prepend(notice);
      form.closest("details")?.setAttribute("open", "");
    }
    const keep = later(400, () => {
      const now = JSON.stringify(values(form));
      if (form.dataset.sent) return;
      stored(() => (now === first ? localStorage.removeItem(key) : localStorage.setItem(key, now)));
    });
    form.addEventListener("input", keep);
    form.addEventListener("submit", () => stored(() => sessionStorage.setItem("written", key)));
  };

  // What was sent was taken where the answer led on to a post or to the drafts: not where the form came back, the session was over,
  // or nothing answered.
  const sent = stored(() => sessionStorage.getItem("written"));
  const isTaken = performance.getEntriesByType("navigation")[0]?.redirectCount > 0 && /^\/(p|drafts)\b/.test(location.pathname);
  if (sent && isTaken) stored(() => localStorage.removeItem(sent));
  stored(() => sessionStorage.removeItem("written"));

  // Whoever logs out leaves nothing behind.
  document.addEventListener("submit", (event) => {
    if (new URL(event.target.action, location.href).pathname !== "/logout") return;
    stored(() => Object.keys(localStorage).filter((key) => key.startsWith("write:")).forEach((key) => localStorage.removeItem(key)));
  });

  // Who reads it, said again at every choice.
  const readers = (form) => {
    const now = form.querySelector("[data-readers-now]");
    if (!now) return;
    const say = () => {
      const chosen = form.querySelector("input[name=goes]:checked");
      const words = chosen?.closest("label").querySelector("[data-readers]");
      now.hidden = !words;
      if (words && now.lastElementChild.textContent !== words.textContent) now.lastElementChild.textContent = words.textContent;
    };
    form.addEventListener("change", say);
    say();
  };

  // How it will look, a moment after the last key.
  const looks = (form) => {
    const [pane, button, text] = [form.querySelector("[data-preview]"), form.querySelector("[data-look]"), form.elements.text];
    let asked = 0;
    const show = async () => {
      const mine = ++asked;
      const body = new URLSearchParams({ token: form.elements.token.value, only: "words", edit: form.elements.edit.value, text: text.value });
      const answer = await fetch("/write/preview", { method: "POST", body }).catch(() => null);
      if (answer?.ok && mine === asked) pane.innerHTML = await answer.text();
    };
    const soon = later(600, () => pane.hidden || show());
    button.setAttribute("aria-expanded", "false");
    button.addEventListener("click", (event) => {
      event.preventDefault();
      pane.hidden = !pane.hidden;
      button.setAttribute("aria-expanded", String(!pane.hidden));
      if (!pane.hidden) show();
    });
    text.addEventListener("input", soon);
  };

  // Files are sent at once, one after the other, with their progress.
  const files = (form) => {
    const [input, list, place] = [form.elements.file, form.querySelector("[data-files]"), form.querySelector("[data-sending-files]")];
    const wrong = form.querySelector("#compose-file-wrong");
    form.querySelector("[data-scriptless]").hidden = true;
    const send = (file) =>
      new Promise((done) => {
        const label = document.createElement("label");
        const bar = document.createElement("progress");
        label.append(`${form.dataset.sending}: ${file.name}`, bar);
        place.append(label);
        const request = new XMLHttpRequest();
        const body = new FormData();
        body.append("token", form.elements.token.value);
        body.append("file", file);
        request.upload.addEventListener("progress", (event) => {
          if (event.lengthComputable) [bar.max, bar.value] = [event.total, event.loaded];
        });
        request.addEventListener("loadend", () => {
          label.remove();
          if (request.status === 200) list.insertAdjacentHTML("beforeend", request.responseText);
          else wrong.textContent = request.status === 422 ? request.responseText : form.dataset.failed;
          done();
        });
        request.open("POST", "/write/media");
        request.send(body);
      });
    input.addEventListener("change", async () => {
      const chosen = [...input.files];
      input.value = "";
      wrong.textContent = "";
      const buttons = [...form.querySelectorAll(".row button")];
      buttons.forEach((button) => (button.disabled = true));
      for (const file of chosen) await send(file);
      buttons.forEach((button) => (button.disabled = false));
      list.lastElementChild?.querySelector("textarea")?.focus();
    });
  };

  // Room that is left; addresses count as the node counts them.
  const room = (form) => {
    const text = form.elements.text;
    const left = document.createElement("span");
    left.className = "left quiet small";
    form.querySelector("#compose-text-hint").append(" ", left);
    const count = () => {
      const used = [...text.value.replace(/https?:\/\/[^\s]+/g, "x".repeat(23))].length;
      left.textContent = used ? `${used} / ${text.dataset.most}` : "";
      left.classList.toggle("wrong", used > Number(text.dataset.most));
    };
    text.addEventListener("input", count);
    count();
  };

  // People, tags and emoji, offered while they are typed (a text box with a list, ARIA 1.2).
  const offers = (form) => {
    const text = form.elements.text;
    const list = document.createElement("ul");
    Object.assign(list, { className: "offers", id: "compose-offers", hidden: true });
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", form.dataset.offers);
    const around = document.createElement("div");
    around.className = "typing";
    text.before(around);
    around.append(text, list);
    for (const [name, value] of [["aria-autocomplete", "list"], ["aria-haspopup", "listbox"], ["aria-controls", list.id]]) text.setAttribute(name, value);
    let at = -1;
    let asked = 0;
    const word = () => text.value.slice(0, text.selectionStart).match(/(?:^|[\s(])([@#:][^\s@#:]+(?:@[^\s@]*)?)$/)?.[1];
    const close = () => {
      list.hidden = true;
      at = -1;
      asked += 1;
      text.removeAttribute("aria-activedescendant");
    };
    const choose = (next) => {
      at = (next + list.children.length) % list.children.length;
      [...list.children].forEach((one, nth) => one.setAttribute("aria-selected", String(nth === at)));
      text.setAttribute("aria-activedescendant", list.children[at].id);
      list.children[at].scrollIntoView({ block: "nearest" });
    };
    const take = (insert) => {
      const typed = word();
      if (typed) text.setRangeText(`${insert} `, text.selectionStart - typed.length, text.selectionStart, "end");
      close();
      text.focus();
      text.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const ask = later(150, async () => {
      const typed = word();
      if (!typed || typed.length < 2) return close();
      const mine = ++asked;
      const goes = new FormData(form).get("goes") ?? "";
      const query = new URLSearchParams({ q: typed, community: goes.startsWith("c") ? goes.slice(1) : "" });
      const answer = await fetch(`/write/complete?${query}`).catch(() => null);
      const found = answer?.ok ? await answer.json().catch(() => []) : [];
      if (mine !== asked) return;
      if (!found.length) return close();
      list.replaceChildren(
        ...found.map(({ insert, name }, nth) => {
          const one = document.createElement("li");
          one.id = `compose-offer-${nth}`;
          one.setAttribute("role", "option");
          const beside = document.createElement("span");
          beside.className = "quiet small";
          beside.textContent = name;
          one.append(insert, beside);
          one.addEventListener("pointerdown", (event) => {
            event.preventDefault();
            take(insert);
          });
          one.dataset.insert = insert;
          return one;
        }),
      );
      list.hidden = false;
      choose(0);
    });
    text.addEventListener("input", (event) => event.isTrusted && ask());
    text.addEventListener("blur", close);
    text.addEventListener("keydown", (event) => {
      if (list.hidden || event.isComposing) return;
      if (event.key === "ArrowDown") choose(at + 1);
      else if (event.key === "ArrowUp") choose(at - 1);
      else if (event.key === "Enter" || event.key === "Tab") take(list.children[at].dataset.insert);
      else if (event.key === "Escape") close();
      else return;
      event.preventDefault();
    });
  };

  const zone = (form) => {
    form.elements.zone.value = String(new Date().getTimezoneOffset());
    for (const words of form.querySelectorAll("[data-here]")) words.textContent = words.dataset.here;
  };

  for (const form of document.querySelectorAll("[data-compose]")) {
    for (const part of [keeping, readers, looks, files, room, offers, zone]) part(form);
  }
}
