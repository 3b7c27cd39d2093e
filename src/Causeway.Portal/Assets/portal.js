// What pages do beside being read: filter lists, and renew what changed. Without it every page still works; it is only not live.

// On a narrow screen the list that one is at stands in sight.
for (const here of document.querySelectorAll(".lists [aria-current]")) here.parentElement.scrollLeft = here.offsetLeft - 16;

// A long table is on the page in part; all of it is fetched when somebody filters it, or comes to its end.
const WINDOW = 200;

// Of what is filtered, so much is drawn at once as is seen; the rest as one scrolls.
const SEEN = 50;
const wholes = new WeakMap();

const wholeOf = (frame) => {
  if (!wholes.has(frame))
    wholes.set(
      frame,
      fetch(frame.dataset.whole, { credentials: "same-origin" })
        .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.status))))
        .then((rows) =>
          rows.map((cells) => ({ cells, text: cells.map((c) => (Array.isArray(c) ? c[0] : c)).join(" ").toLowerCase() })),
        )
        .catch((problem) => {
          // What could not be read is asked for again.
          wholes.delete(frame);
          throw problem;
        }),
    );
  return wholes.get(frame);
};

// Where a long name may be broken over lines, as the server has it.
const breaking = (text) =>
  text
    .split(/(?<= )/)
    .flatMap((word) => (word.length > 25 ? word.split(/(?<=[-/._:~@,])(?=[\p{L}\p{N}])|(?<=\p{Ll})(?=\p{Lu})/u) : [word]))
    .flatMap((part, i) => (i ? [document.createElement("wbr"), part] : [part]));

const cellOf = (cell, heads, i) => {
  const [text, kind, href] = Array.isArray(cell) ? cell : [cell];
  const box = document.createElement(i === 0 ? "th" : "td");
  if (i === 0) box.scope = "row";
  box.dataset.label = heads[i];
  box.className = text === "" ? "none" : kind === "code" && text.length <= 12 ? "short" : kind === "number" || kind === "amount" || kind === "time" ? kind : "";
  const inner = href ? document.createElement("a") : kind?.startsWith("badge") ? document.createElement("span") : kind === "code" ? document.createElement("code") : null;
  if (href) inner.href = href;
  if (inner?.tagName === "SPAN") inner.className = kind;
  (inner ?? box).append(...breaking(text));
  if (inner) box.append(inner);
  return box;
};

// Of what one scrolls through so much stays drawn; room is kept for what was above.
const KEPT = 3 * WINDOW;

const rowsOf = (frame, rows, from, to) => {
  const heads = [...frame.querySelectorAll("thead th")].map((h) => h.textContent);
  return rows.slice(from, to).map(({ cells }, i) => {
    const row = document.createElement("tr");
    row.ariaRowIndex = from + i + 2;
    row.append(...cells.map((cell, n) => cellOf(cell, heads, n)));
    return row;
  });
};

const keep = (frame, drawn) => {
  frame.drawn = drawn;
  const table = frame.querySelector("table");
  table.ariaRowCount = drawn.rows.length + 1;
  table.style.marginTop = drawn.above ? `${drawn.above}px` : "";
};

const draw = (frame, { rows, first = 0, from = first, to, above = 0 }) => {
  frame.querySelector("tbody").replaceChildren(...rowsOf(frame, rows, from, to));
  keep(frame, { rows, first, from, to, above });
};

// Columns stay as wide as they are, however long what comes is; and a browser need not look at every row to know.
const freeze = (frame) => {
  const table = frame.querySelector("table");
  const heads = [...table.querySelectorAll("thead th")];
  if (table.style.tableLayout || getComputedStyle(table.tHead).position === "absolute") return;
  const wide = heads.map((h) => h.getBoundingClientRect().width);
  const all = wide.reduce((sum, w) => sum + w, 0);
  heads.forEach((h, i) => (h.style.width = `${(100 * wide[i]) / all}%`));
  table.style.tableLayout = "fixed";
};

// Takes rows away at one end; who is in one of them with the keyboard keeps them. Answers how high they were.
const drop = (rows) => {
  if (!rows.length || rows.some((row) => row.contains(document.activeElement))) return null;
  const height = rows.at(-1).getBoundingClientRect().bottom - rows[0].getBoundingClientRect().top;
  for (const row of rows) row.remove();
  return height;
};

const scrolled = (frame) => {
  const { rows, first, from, to, above } = frame.drawn;
  const body = frame.querySelector("tbody");
  const { top, bottom } = body.getBoundingClientRect();
  if (from > first && (top > innerHeight || bottom < 0)) {
    // A leap, as by the Home key: what is drawn is elsewhere. Rows are about as high as those were.
    const each = above / (from - first);
    const at = Math.max(first, Math.min(rows.length - WINDOW, first + Math.floor((above - top) / each) - WINDOW / 2));
    draw(frame, { rows, first, from: at, to: Math.min(rows.length, at + 2 * WINDOW), above: (at - first) * each });
  } else if (bottom < innerHeight * 2 && to < rows.length) {
    freeze(frame);
    const next = Math.min(rows.length, to + WINDOW);
    body.append(...rowsOf(frame, rows, to, next));
    const gone = next - from > KEPT ? drop([...body.rows].slice(0, WINDOW)) : null;
    keep(frame, { rows, first, from: gone === null ? from : from + WINDOW, to: next, above: above + (gone ?? 0) });
  } else if (from > first && top > -innerHeight) {
    const before = Math.max(first, from - WINDOW);
    const height = body.getBoundingClientRect().height;
    body.prepend(...rowsOf(frame, rows, before, from));
    const grown = body.getBoundingClientRect().height - height;
    const gone = to - before > KEPT ? drop([...body.rows].slice(before + KEPT - to)) : null;
    keep(frame, { rows, first, from: before, to: gone === null ? to : before + KEPT, above: before === first ? 0 : Math.max(0, above - grown) });
  }
};

// What of a whole table is asked for by what is typed.
const fitting = (all, text) => {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return words.length ? all.filter((row) => words.every((word) => row.text.includes(word))) : all;
};

const tell = (frame, count, rows, all) => {
  frame.count = rows.length === all.length ? `${all.length}` : `${rows.length} / ${all.length}`;
  if (count) count.textContent = frame.count;
};

const filterWhole = async (frame, input, count) => {
  const all = await wholeOf(frame).catch(() => null);
  if (!all || !frame.isConnected) return;
  // What was typed meanwhile counts.
  const rows = fitting(all, input.value);
  draw(frame, { rows, to: SEEN });
  tell(frame, count, rows, all);
};

const filterOf = (input) => {
  const section = input.closest("section");
  const count = section.querySelector("[data-count]");
  const frame = section.querySelector("[data-whole]");
  if (frame) {
    filterWhole(frame, input, count);
    return;
  }
  const rows = [...section.querySelectorAll("tbody tr")].map((row) => ({ row, text: row.textContent.toLowerCase() }));
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const { row, text } of rows) {
    const fits = words.every((word) => text.includes(word));
    if (row.hidden === fits) row.hidden = !fits;
    if (fits) shown++;
  }
  if (count) count.textContent = shown === rows.length ? `${shown}` : `${shown} / ${rows.length}`;
};

document.addEventListener("input", (event) => {
  if (event.target.matches?.("[data-filter]")) filterOf(event.target);
});

// Who goes to the filter of a long table is about to type; what it looks through is fetched meanwhile.
document.addEventListener("focusin", (event) => {
  if (!event.target.matches?.("[data-filter]")) return;
  const frame = event.target.closest("section").querySelector("[data-whole]");
  if (frame) wholeOf(frame).catch(() => null);
});

// Who scrolls to the end of a part gets the next.
addEventListener(
  "scroll",
  async () => {
    for (const frame of document.querySelectorAll("[data-whole]")) {
      if (!frame.drawn) {
        if (frame.getBoundingClientRect().bottom > innerHeight * 2) continue;
        const all = await wholeOf(frame).catch(() => null);
        if (!all || !frame.isConnected || frame.drawn) continue;
        const first = Number(new URLSearchParams(location.search).get("at") ?? 0);
        keep(frame, { rows: all, first, from: first, to: first + frame.querySelectorAll("tbody tr").length, above: 0 });
      }
      scrolled(frame);
    }
  },
  { passive: true },
);

// How old what is shown is, told on as time goes by.
const tellAges = () => {
  const format = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always", style: "short" });
  for (const time of document.querySelectorAll("time[data-age]")) {
    const seconds = Math.max(0, Math.round((Date.now() - Date.parse(time.dateTime)) / 1000));
    const [number, unit] = seconds < 120 ? [seconds, "second"] : seconds < 7200 ? [Math.round(seconds / 60), "minute"] : [Math.round(seconds / 3600), "hour"];
    time.textContent = format.format(-number, unit);
  }
};
if (document.querySelector("time[data-age]")) {
  tellAges();
  setInterval(tellAges, 1000);
}

// A table that is wider than its place is shown as cards, so that no column is out of sight. How wide it wants to be is seen as a table only.
const fit = (frame) => {
  if (frame.fitted === frame.clientWidth || !frame.clientWidth) return;
  frame.classList.remove("cards");
  frame.classList.toggle("cards", frame.scrollWidth > frame.clientWidth + 1);
  frame.fitted = frame.clientWidth;
};
const widths = new ResizeObserver((seen) => seen.forEach(({ target }) => fit(target)));
const fitAll = (within) => {
  for (const table of within.querySelectorAll(".frame > table")) {
    fit(table.parentElement);
    widths.observe(table.parentElement);
  }
};
fitAll(document);

// A watch is the id of a resource, or "*" and what is in the ids of a type.
const covers = (watch, id) =>
  watch.startsWith("*") ? id.includes(watch.slice(1)) : id.startsWith(watch) && (id.length === watch.length || id[watch.length] === "/");

const sections = () => [...document.querySelectorAll("section[data-watch]")].filter((s) => s.dataset.watch);
const watches = (section) => section.dataset.watch.toLowerCase().split("|");

// What changed and is not fetched yet. One request at a time brings all of it; what changes meanwhile comes with the next.
const stale = new Set();
const pauses = new WeakMap();
let renewing = false;

const failed = (status) => status >= 500 || status === 429;

// What is shown stays until the server can be asked again; the rest of the page does not wait for it.
const later = (section) => {
  const pause = pauses.get(section) ?? 500;
  pauses.set(section, Math.min(pause * 2, 30000));
  setTimeout(() => {
    stale.add(section);
    renew();
  }, pause);
};

const renew = async () => {
  if (renewing) return;
  renewing = true;
  while (stale.size) {
    const asked = [...stale];
    stale.clear();
    const url = new URL(location.href);
    url.searchParams.delete("fragment");
    for (const section of asked) url.searchParams.append("fragment", section.dataset.fragment);
    const answer = await fetch(url, { credentials: "same-origin", headers: { Accept: "text/html" } }).catch(() => null);
    if (answer?.status === 401) location.reload();
    const text = (await answer?.text().catch(() => null)) ?? "";
    const parts = new DOMParser().parseFromString(text, "text/html").querySelectorAll("body > section[data-fragment]");
    const fresh = new Map([...parts].map((part) => [part.dataset.fragment, part]));
    for (const section of asked) {
      const part = fresh.get(section.dataset.fragment);
      if (part && !failed(Number(part.dataset.status))) {
        pauses.delete(section);
        const frame = section.querySelector("[data-whole]");
        // Of a long table the part shows the beginning; what changed may be further down.
        if (part.innerHTML !== section.dataset.html || frame?.drawn) replace(section, part);
        else if (frame) wholes.delete(frame);
      } else if (part || !answer || failed(answer.status)) later(section);
    }
  }
  renewing = false;
};

// What the viewer has open, typed and focused stays as it is.
const replace = (section, fresh) => {
  const open = [...section.querySelectorAll("details")].map((d) => d.open);
  const filter = section.querySelector("[data-filter]");
  const focused = focusedIn(section);
  const scrolls = [...section.querySelectorAll(".frame")].map((f) => f.scrollLeft);
  const old = section.querySelector("[data-whole]");
  const at = scrollY;
  section.dataset.html = fresh.innerHTML;
  section.replaceChildren(...fresh.childNodes);
  fitAll(section);
  [...section.querySelectorAll(".frame")].forEach((f, i) => (f.scrollLeft = scrolls[i] ?? 0));
  [...section.querySelectorAll("details")].forEach((d, i) => {
    if (i < open.length) d.open = open[i];
  });
  const now = section.querySelector("[data-filter]");
  if (filter && now) now.value = filter.value;
  const frame = section.querySelector("[data-whole]");
  if (old?.drawn && frame) {
    stay(frame, old, now, section.querySelector("[data-count]"));
    // For a moment the page was as short as what came; a browser that looked has moved up.
    if (scrollY !== at) scrollTo({ top: at, behavior: "instant" });
  } else if (now?.value.trim()) filterOf(now);
  refocus(section, focused);
};

// Who has filtered a long table or scrolled through it sees the same rows, as they were until they are fetched anew, and stays at the same place.
const stay = async (frame, old, input, count) => {
  if (old.querySelector("table").style.tableLayout) freeze(frame);
  draw(frame, old.drawn);
  if (count) count.textContent = old.count ?? count.textContent;
  const all = await wholeOf(frame).catch(() => null);
  if (!all || !frame.isConnected) return;
  const rows = fitting(all, input?.value ?? "");
  const section = frame.closest("section");
  const focused = focusedIn(section);
  draw(frame, frame.drawn.from < rows.length ? { ...frame.drawn, rows } : { rows, to: SEEN });
  tell(frame, count, rows, all);
  refocus(section, focused);
};

const focusedIn = (section) => (section.contains(document.activeElement) ? keyOf(section, document.activeElement) : null);

// Who was in what was replaced is where they were, or at its beginning where that is gone.
const refocus = (section, focused) => {
  if (!focused || section.contains(document.activeElement)) return;
  const same = focusable(section).filter((element) => keyOf(section, element).name === focused.name);
  const target = same[focused.nth] ?? same[0] ?? section;
  if (target === section) section.tabIndex = -1;
  target.focus({ preventScroll: true });
};

const focusable = (section) => [...section.querySelectorAll("a, button, input, select, textarea, summary, [tabindex]")];

// What a thing is called in its section, and which of those that are called so.
const keyOf = (section, element) => {
  const nameOf = (e) => `${e.tagName} ${e.id || e.getAttribute("href") || e.getAttribute("name") || e.getAttribute("aria-label") || ""}`;
  const name = nameOf(element);
  return { name, nth: focusable(section).filter((e) => nameOf(e) === name).indexOf(element) };
};

// The server says every five seconds that it is here.
const SILENT = 15000;

const live = document.querySelector("[data-live]");
const start = document.body.dataset.position;
if (live && start) {
  const wanted = [...new Set(sections().flatMap(watches))];
  const query = new URLSearchParams([["after", start], ...wanted.map((w) => ["watch", w])]);
  const say = (text, lost) => {
    if (live.textContent !== text) live.textContent = text;
    live.classList.toggle("lost", lost);
  };
  const connect = (url, wait) => {
    const events = new EventSource(url);
    let silence;
    const lose = () => {
      clearTimeout(silence);
      events.close();
      say(live.dataset.lost, true);
      setTimeout(() => connect(url, Math.min(wait * 2, 10000)), wait);
    };
    // A server that hangs keeps its connections: who hears nothing from it is not live.
    const heard = () => {
      clearTimeout(silence);
      silence = setTimeout(lose, SILENT);
    };
    heard();
    events.addEventListener("open", () => {
      heard();
      say(live.dataset.on, false);
      wait = 500;
    });
    events.addEventListener("here", heard);
    events.addEventListener("message", (event) => {
      heard();
      const { missed, changed } = JSON.parse(event.data);
      const ids = changed.map((id) => id.toLowerCase());
      for (const section of sections())
        if (missed || watches(section).some((w) => ids.some((id) => covers(w, id)))) stale.add(section);
      renew();
    });
    events.addEventListener("over", () => {
      clearTimeout(silence);
      events.close();
      say(live.dataset.lost, true);
      // What was typed stays, as long as somebody may want it.
      if (!document.querySelector("form[data-act]")) location.reload();
    });
    events.addEventListener("error", () => {
      // The browser tries again by itself, unless the server answered with an error; then we do.
      if (events.readyState === EventSource.CLOSED) lose();
      else say(live.dataset.lost, true);
    });
    addEventListener(
      "pagehide",
      () => {
        clearTimeout(silence);
        events.close();
      },
      { once: true },
    );
  };
  connect(`/portal/events?${query}`, 500);
  // A page that the browser kept, and shows again, is told what it missed since it was made.
  addEventListener("pageshow", (event) => {
    if (event.persisted) connect(`/portal/events?${query}`, 500);
  });
}

// ---- A graph as a picture: drawn by the browser from what is on the page, with the page's colours.

const painted = ["fill", "stroke", "stroke-width", "stroke-dasharray", "font-size", "font-family", "text-anchor"];

const pictureOf = async (svg) => {
  const copy = svg.cloneNode(true);
  const from = [svg, ...svg.querySelectorAll("*")];
  [copy, ...copy.querySelectorAll("*")].forEach((element, i) => {
    const style = getComputedStyle(from[i]);
    for (const name of painted) element.setAttribute(name, style.getPropertyValue(name));
    element.removeAttribute("class");
  });
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("viewBox", svg.dataset.extent);
  const [, , width, height] = svg.dataset.extent.split(" ").map(Number);
  copy.setAttribute("width", 2 * width);
  copy.setAttribute("height", 2 * height);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [2 * width, 2 * height];
  canvas.getContext("2d").drawImage(image, 0, 0);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
};

for (const button of document.querySelectorAll("[data-png]")) button.hidden = false;
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-png]");
  if (!button) return;
  const figure = button.closest("figure");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await pictureOf(figure.querySelector("svg.whole")));
  const names = [document.querySelector("h1"), figure.querySelector("figcaption").firstChild].map((n) => n.textContent.trim());
  link.download = `${names.join("-").replace(/[^\w.-]+/g, "-")}.png`;
  link.click();
  URL.revokeObjectURL(link.href);
});

// ---- What was made to be passed on is copied by a press.

// How long it says that it was.
const COPIED = 3000;

for (const button of document.querySelectorAll("[data-copy]")) {
  const says = button.textContent;
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    // What it names, or what it stands beside.
    const what = button.dataset.copy ? document.getElementById(button.dataset.copy) : button.parentElement.querySelector("pre");
    await navigator.clipboard.writeText(what.textContent.trim());
    button.textContent = button.dataset.done;
    setTimeout(() => (button.textContent = says), COPIED);
  });
}
