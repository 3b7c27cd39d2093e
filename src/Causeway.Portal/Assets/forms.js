// Forms: only what fits is offered, what is wrong is said while typing, and the same act by script follows along. A server decides; this only helps.

// Of a file only its name is said; where it lies is the viewer's.
const valueOf = (form, name) => {
  const boxes = form.querySelectorAll(`input[type=checkbox][name="${name}"]`);
  // Of several that can be chosen, those that are.
  if (boxes.length) return [...boxes].filter((box) => box.checked).map((box) => box.value).join("\n");
  return form.elements[name]?.files?.[0]?.name ?? form.elements[name]?.value?.trim() ?? "";
};

const narrow = (form) => {
  for (const select of form.querySelectorAll("select[data-depends]")) {
    if (!select.dataset.depends) continue;
    const by = valueOf(form, select.dataset.depends);
    for (const option of select.options) {
      const fits = !option.dataset.for || option.dataset.for.split("|").includes(by);
      option.hidden = option.disabled = !fits;
    }
    if (select.selectedOptions[0]?.disabled) select.value = [...select.options].find((o) => !o.disabled)?.value ?? "";
  }
};

const place = /\{(\w+)(?::(\w+))?\??\}/g;
const quoted = (text) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

const partOf = (name, kind, value) => {
  const text = value(name);
  const segments = text.split("/");
  if (kind === "name") return segments.at(-1);
  if (kind === "subscription") return segments[2] ?? "";
  if (kind === "group") return segments[4] ?? "";
  if (kind === "container") return segments.slice(0, 5).join("/");
  if (kind === "scope") return text.replace(/\/+$/, "");
  if (kind === "parent") return segments.slice(0, -2).join("/");
  if (kind === "file") return text ? `${name}.txt` : "";
  return text;
};

const wordOf = (name, kind, value) => {
  const text = partOf(name, kind, value);
  if (!text) return kind === "given" ? "''" : name.toUpperCase();
  return kind === "words" ? text.split(/[\s,;]+/).filter(Boolean).map(quoted).join(" ") : quoted(text);
};

const lineOf = (template, value) =>
  template
    .replace(/\[([^[\]]*)\]/g, (_, inner) => ([...inner.matchAll(place)].every((m) => value(m[1])) ? inner : ""))
    // What stands between double quotes is one word.
    .replace(/"[^"]*"|\{(\w+)(?::(\w+))?\??\}/g, (found, name, kind) =>
      name ? wordOf(name, kind, value) : quoted(found.slice(1, -1).replace(place, (_, n, k) => partOf(n, k, value) || n.toUpperCase())))
    .replace(/  +/g, " ")
    .trim();

const bodyOf = (template, value, old) => {
  if (Array.isArray(template)) return template.map((item) => bodyOf(item, value)).filter((item) => item !== undefined);
  if (template && typeof template === "object")
  {
    // One that is there only with some values, of which there are none.
    if (template["?"] !== undefined && !template["?"].replace(place, (_, name) => value(name))) return undefined;
    // What the template does not name stays as it was.
    const was = old && typeof old === "object" && !Array.isArray(old) ? old : {};
    const filled = Object.entries(template).filter(([name]) => name !== "?").map(([name, member]) => [name, bodyOf(member, value, was[name])]);
    return Object.fromEntries(Object.entries({ ...was, ...Object.fromEntries(filled) }).filter(([, member]) => member !== undefined));
  }
  if (typeof template !== "string") return template;
  const alone = /^\{(\w+)(?::(\w+))?(\?)?\}$/.exec(template);
  if (!alone) return template.replace(place, (_, name) => value(name));
  const text = value(alone[1]);
  if (!text && alone[3]) return undefined;
  if (alone[2] === "number" && /^-?\d+$/.test(text)) return Number(text);
  if (alone[2] === "boolean") return text === "true";
  if (alone[2] === "list") return text.split(/[\s,;]+/).filter(Boolean);
  return text;
};

// A request is no command line: its values are encoded, but for ids; what is not known yet stands in capitals.
const requestOf = (template, value) =>
  template.replace(place, (_, name, kind) => {
    const text = partOf(name, kind, value);
    return !text ? (kind === "scope" && value(name) ? "" : name.toUpperCase()) : text.startsWith("/") ? text : encodeURIComponent(text);
  });

const follow = (form) => {
  const given = JSON.parse(form.dataset.given || "{}");
  const body = document.querySelector("[data-body]");
  const filled = () => bodyOf(JSON.parse(body.dataset.body), value, JSON.parse(body.dataset.old || "null"));
  const value = (name) => {
    if (name === "body") return body ? JSON.stringify(filled()) : "";
    const text = given[name] ?? valueOf(form, name);
    return form.elements[name]?.type === "password" && text ? "…" : text;
  };
  for (const code of document.querySelectorAll("[data-line]")) {
    code.textContent = lineOf(code.dataset.line, value);
  }
  for (const code of document.querySelectorAll("[data-request]")) {
    code.textContent = requestOf(code.dataset.request, value);
  }
  for (const line of document.querySelectorAll(".line[data-of]")) {
    const fits = ([field, wanted]) => (wanted === "*" ? value(field) !== "" : value(field) === wanted);
    line.hidden = !line.dataset.of.split("&").every((of) => fits(of.split("=")));
  }
  if (body) body.textContent = JSON.stringify(filled(), null, 2);
};

// ---- What is wrong, in words of the page. The same rules as the server's, so that nobody has to send a form to learn of them; the server decides all the same.

const four = (text) => {
  const parts = text.split(".");
  // As the server reads it: a leading zero would mean another number to some.
  if (parts.length !== 4 || parts.some((part) => !/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255)) return null;
  return parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
};

const six = (text) => {
  if (!text.includes(":") || !/^[0-9a-f:.]+$/i.test(text) || !URL.canParse(`http://[${text}]/`)) return null;
  const [head, tail] = new URL(`http://[${text}]/`).hostname.slice(1, -1).split("::");
  const groups = head ? head.split(":") : [];
  const last = tail ? tail.split(":") : [];
  if (tail !== undefined) groups.push(...Array(8 - groups.length - last.length).fill("0"), ...last);
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
};

// A prefix: its first address as a number, its length, and how long an address is; null for what is none.
const prefixOf = (text) => {
  const [address, length, more] = text.split("/");
  if (more !== undefined || !/^(0|[1-9]\d{0,2})$/.test(length ?? "")) return null;
  const value = four(address) ?? six(address);
  const most = address.includes(":") ? 128 : 32;
  if (value === null || Number(length) > most) return null;
  if (most === 128 && address.includes(".") && Number(length) < 96) return null;
  const hosts = (1n << BigInt(most - Number(length))) - 1n;
  return { value: value & ~hosts, length: Number(length), most, hasHosts: (value & hosts) !== 0n, last: value | hosts };
};

const overlaps = (a, b) => a.most === b.most && a.value <= b.last && b.value <= a.last;

const written = ({ value, length, most }) =>
  most === 32 ? `${[24n, 16n, 8n, 0n].map((by) => (value >> by) & 255n).join(".")}/${length}` : null;

const allOf = (text) => text.split(/[\s,;]+/).filter(Boolean);

const contains = (a, b) => a.most === b.most && a.value <= b.value && b.last <= a.last;

const noSessions = ["0.0.0.0/8", "224.0.0.0/3"].map(prefixOf);

// What is no address of a virtual network, and what is no destination on the Internet.
const noNetworks = ["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "255.255.255.255/32", "168.63.129.16/32", "::/128", "::1/128", "fe80::/10", "ff00::/8"].map(prefixOf);
const notPublic = [
  ...["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4", "::/8", "100::/64", "fe80::/10", "fec0::/10", "ff00::/8"],
  ...["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"],
].map(prefixOf);

// So long may an address space, and a subnet, be.
const longest = { 32: 29, 128: 64 };

const isPrivate = (asn) => (asn >= 64512 && asn <= 65534) || (asn >= 4200000000 && asn <= 4294967294);

// Of an address that is not on the LAN that another field names.
const notOnLan = (address, form, { lans, of }) => {
  const lan = lans?.[valueOf(form, of)];
  return lan && !contains(prefixOf(lan), prefixOf(address)) ? ["lan", address.split("/")[0], lan] : null;
};

// Each answers why a text is wrong: the key of the words, and what stands in them; nothing for one that is well.
const checks = {
  vlan: (text, form, taken) => (taken[text] ? ["taken", text, taken[text]] : null),
  asn: (text) => (["23456", "65535", "4294967295"].includes(text) ? ["asn", text] : null),
  peer: (text) => checks.asn(text) ?? (Number(text) >= 65515 && Number(text) <= 65520 ? ["kept", text] : null),
  subnet: (text, form, taken, other) => {
    const subnet = prefixOf(text);
    if (!subnet || subnet.most !== 32 || subnet.length !== 30) return ["subnet"];
    if (subnet.hasHosts) return ["hosts", text, written(subnet)];
    if (noSessions.some((space) => overlaps(space, subnet))) return ["space", text];
    for (const [prefix, whose] of Object.entries(taken)) {
      const known = prefixOf(prefix);
      if (known && overlaps(known, subnet)) return ["overlap", text, `${prefix} (${whose})`];
    }
    const second = other && prefixOf(valueOf(form, other));
    return second && overlaps(second, subnet) ? ["same"] : null;
  },
  subnet6: (text, form, taken, other) => {
    const subnet = prefixOf(text);
    if (!subnet || subnet.most !== 128 || subnet.length !== 126) return ["subnet6"];
    if (subnet.hasHosts) return ["bits", text];
    if (noSessions.some((space) => overlaps(space, subnet))) return ["space", text];
    for (const [prefix, whose] of Object.entries(taken)) {
      const known = prefixOf(prefix);
      if (known && overlaps(known, subnet)) return ["overlap", text, `${prefix} (${whose})`];
    }
    const second = other && prefixOf(valueOf(form, other));
    return second && overlaps(second, subnet) ? ["same"] : null;
  },
  prefixes: (text) => {
    const all = text.split(/[\s,;]+/).filter(Boolean);
    for (const one of all) {
      const prefix = prefixOf(one);
      if (!prefix) return ["prefix", one];
      if (prefix.hasHosts) return written(prefix) ? ["hosts", one, written(prefix)] : ["bits", one];
    }
    return all.length > 200 ? ["many", "200"] : null;
  },
  declared: (text, form, taken, other, { family }) => {
    const found = checks.prefixes(text);
    if (found) return found;
    const strange = allOf(text).find((one) => prefixOf(one).most !== (family === "IPv6" ? 128 : 32));
    if (strange) return ["family", strange, family];
    const bad = allOf(text).find((one) => prefixOf(one).length === 0 || notPublic.some((space) => overlaps(space, prefixOf(one))));
    return bad ? ["notPublic", bad] : null;
  },
  spaces: (text) => {
    const found = checks.prefixes(text);
    if (found) return found;
    const all = allOf(text);
    for (const [i, one] of all.entries()) {
      const space = prefixOf(one);
      if (space.length === 0) return ["everything", one];
      if (noNetworks.some((bad) => overlaps(bad, space))) return ["unusable", one];
      if (space.length > longest[space.most]) return ["small", one, `/${longest[space.most]}`];
      const other = all.slice(0, i).find((before) => overlaps(prefixOf(before), space));
      if (other) return ["overlap", one, other];
    }
    return null;
  },
  // A subnet of the space that another field has.
  within: (text, form, taken, other) => {
    const found = checks.prefixes(text);
    if (found) return found;
    const subnet = prefixOf(text);
    if (!subnet) return ["prefix", text];
    const spaces = allOf(valueOf(form, other)).map(prefixOf).filter(Boolean);
    if (spaces.length && !spaces.some((space) => contains(space, subnet))) return ["outside", text, allOf(valueOf(form, other)).join(", ")];
    if (subnet.most === 128 && subnet.length !== 64) return ["six64", text];
    return subnet.most === 32 && subnet.length > longest[32] ? ["small", text, `/${longest[32]}`] : null;
  },
  key: (text) => (/^[A-Za-z0-9]{1,25}$/.test(text) ? null : ["key"]),
  four: (text, form, taken, other, rule) => (four(text) === null ? ["four", text] : notOnLan(`${text}/32`, form, rule)),
  six: (text, form, taken, other, rule) => (six(text) === null ? ["six", text] : notOnLan(`${text}/128`, form, rule)),
};

// Each answers why what is taken will not work: that is said, and nobody is kept from it.
const warnings = {
  gateway: (text) => {
    const subnet = prefixOf(text);
    return subnet && subnet.most === 32 && subnet.length > 27 ? ["gateway"] : null;
  },
  private: (text, rule) => {
    const asn = Number(rule.taken?.[text] ?? text);
    return isPrivate(asn) ? ["private", `${asn}`] : null;
  },
  links: (text, { links }) => {
    const subnet = prefixOf(text);
    if (!links || !subnet) return null;
    const has = links.within.some((space) => contains(prefixOf(space), subnet)) && !links.except.some((space) => overlaps(prefixOf(space), subnet));
    if (has) return null;
    const within = links.within.join(", ");
    return links.free.length ? ["links", text, within, links.free.join(", ")] : ["noLinks", text, within];
  },
};

const labelOf = (field) => field.closest(".field")?.querySelector("legend, .field > label")?.firstChild.textContent.trim() ?? field.name;

// Those that can be chosen beside each other are one field.
const together = (form, field) => (field.type === "checkbox" ? [...form.querySelectorAll(`input[type=checkbox][name="${field.name}"]`)] : [field]);

const sayOf = (help) => (key, ...args) => help.words[key].replace(/\{(\d)\}/g, (_, i) => args[i]);

// Why what stands in a field is wrong; empty for what is well.
const whyNot = (form, help, field) => {
  const rule = help.rules[field.name] ?? {};
  const say = sayOf(help);
  const text = field.value.trim();
  if (rule.check === "some") return valueOf(form, field.name) ? "" : say("some");
  if (field.validity.badInput) return say("number", rule.least ?? 0, rule.most ?? "…");
  // Of two addresses of which one is enough.
  if (!text && ["four", "six"].includes(rule.check) && rule.other) return valueOf(form, rule.other) ? "" : say("either");
  // What need not be given is needed once what goes with it is, and while what it can be left out for is not there.
  if (!text) {
    const isNeeded = field.required || rule.along?.some((name) => valueOf(form, name)) || rule.unless?.every((name) => !valueOf(form, name));
    return isNeeded ? (rule.needed ?? say("needed")) : "";
  }
  if (rule.most !== undefined && (!/^\d+$/.test(text) || Number(text) < rule.least || Number(text) > rule.most))
    return say("number", rule.least, rule.most);
  const found = rule.check && checks[rule.check](text, form, rule.taken ?? {}, rule.other, rule);
  if (found) return say(...found);
  return field.validity.patternMismatch ? (rule.says ?? say("pattern")) : "";
};

// Where a field's value is kept: one that can be chosen beside others of its name, by itself.
const keyOf = (field) => (field.type === "checkbox" ? `${field.name} ${field.value}` : field.name);
const keptOf = (field) => (field.type === "checkbox" ? field.checked : field.value);

const fieldsOf = (form) => [...form.elements].filter((e) => e.name && e.matches("input:not([type=hidden]), select, textarea"));

// Tells of a field what is wrong with it; of one that nobody has been at, only that something is missing, below.
const judge = (form, help, field) => {
  const why = whyNot(form, help, field);
  // Also what the browser itself says of it is in the page's language.
  field.setCustomValidity(why);
  const wrong = field.closest(".field")?.querySelector("[data-wrong]");
  if (!wrong) return why;
  const rule = help.rules[field.name] ?? {};
  const warned = !why && rule.warns && field.value.trim() ? warnings[rule.warns](field.value.trim(), rule) : null;
  const touched = together(form, field).some((one) => one.touched);
  const text = warned ? sayOf(help)(...warned) : touched ? why : "";
  if (wrong.textContent !== text) wrong.textContent = text;
  wrong.classList.toggle("warned", !!warned);
  if (touched) field.setAttribute("aria-invalid", String(why !== ""));
  return why;
};

const judgeAll = (form, help) => {
  const missing = fieldsOf(form).filter((field) => judge(form, help, field));
  const line = form.querySelector("[data-missing]");
  if (!line) return;
  const text = missing.length ? help.words.missing.replace("{0}", [...new Set(missing.map(labelOf))].join(", ")) : "";
  if (line.textContent !== text) line.textContent = text;
};

// ---- What is typed outlives a session that ends and a page that is loaded anew, in this window and for who typed it, until it is sent or thrown away. No secret is kept, and no file.

const who = document.body.dataset.who;
const placeOf = (form) => `typed ${new URL(form.action).pathname}${new URL(form.action).search}`;
const isKept = (field) => !["password", "file"].includes(field.type);

const status = performance.getEntriesByType("navigation")[0]?.responseStatus ?? 200;

// Who was told that somebody has changed it opens the form anew, and means what is there by then: what was typed is kept without what it was typed over.
const isTold = status === 412;

const keepTyped = (form) => {
  const values = Object.fromEntries(fieldsOf(form).filter(isKept).map((field) => [keyOf(field), keptOf(field)]));
  sessionStorage.setItem(placeOf(form), JSON.stringify({ who, tag: isTold ? undefined : form.elements["if-match"]?.value, values }));
};

// Gives back what was typed here. What it was typed over comes with it, so that nothing is overwritten that has changed meanwhile.
const giveBack = (form, box) => {
  const kept = JSON.parse(sessionStorage.getItem(placeOf(form)) ?? "null");
  if (!kept) return;
  if (kept.who !== who) {
    sessionStorage.removeItem(placeOf(form));
    return;
  }
  let other = false;
  // What a choice offers follows from the one before it.
  for (const field of fieldsOf(form).filter(isKept)) {
    const value = kept.values[keyOf(field)];
    // What was just made for it is chosen.
    if (value === undefined || value === keptOf(field) || field.dataset.made !== undefined) continue;
    if (field.type === "checkbox") field.checked = value;
    else field.value = value;
    narrow(form);
    field.touched = value !== "";
    other = true;
  }
  if (kept.tag !== undefined && form.elements["if-match"]) form.elements["if-match"].value = kept.tag;
  box.hidden = !other;
  box.querySelector("button").addEventListener("click", () => {
    sessionStorage.removeItem(placeOf(form));
    location.reload();
  });
};

// What somebody else typed in this window is nobody's who signs in after them; and who signs out here leaves nothing behind here.
const typedBy = (key) => JSON.parse(sessionStorage.getItem(key) ?? "null")?.who;
const forget = (isGone) => {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith("typed ") && isGone(key)) sessionStorage.removeItem(key);
};
if (who) forget((key) => typedBy(key) !== who);
document.querySelector("form[data-signout]")?.addEventListener("submit", () => forget(() => true));

// Who has sent a form, is signed in, and sees another page that is well, or that says that it was sent already: it was taken.
const sent = sessionStorage.getItem("sent");
sessionStorage.removeItem("sent");
const isAgain = [...document.querySelectorAll("form[data-act]")].some((form) => placeOf(form) === sent);
if (sent && who && !isAgain && (status < 400 || isTold)) sessionStorage.removeItem(sent);

// A country is called by its name in the language of the page, which the browser knows, and stands where that sorts.
for (const select of document.querySelectorAll("select[data-regions]")) {
  const names = new Intl.DisplayNames(document.documentElement.lang, { type: "region" });
  const chosen = select.value;
  const countries = [...select.options].filter((option) => option.dataset.region);
  for (const option of countries) option.textContent = `${names.of(option.dataset.region)} (${option.value})`;
  select.append(...countries.sort((a, b) => a.textContent.localeCompare(b.textContent, document.documentElement.lang)));
  select.value = chosen;
}

for (const form of document.querySelectorAll("form[data-act]")) {
  const box = form.querySelector("[data-help]");
  const help = JSON.parse(box.dataset.help);
  narrow(form);
  if (box.dataset.answered === undefined) giveBack(form, form.querySelector("[data-kept]"));
  else if (isTold) keepTyped(form);
  for (const field of fieldsOf(form)) if (box.dataset.answered !== undefined && field.value) field.touched = true;
  follow(form);
  judgeAll(form, help);
  form.addEventListener("input", (event) => {
    event.target.touched = true;
    narrow(form);
    follow(form);
    judgeAll(form, help);
    keepTyped(form);
  });
  form.addEventListener(
    "invalid",
    (event) => {
      event.target.touched = true;
      judge(form, help, event.target);
    },
    true,
  );
  form.addEventListener("submit", () => {
    sessionStorage.setItem("sent", placeOf(form));
    form.sent = true;
    for (const button of form.querySelectorAll("button")) button.disabled = true;
  });
}

// A page that the browser kept, and shows again by its Back button, is as it was left: what was sent from it is over, and what it was filled in over may be another.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  const forms = [...document.querySelectorAll("form[data-act]")].filter((form) => form.sent);
  for (const form of forms) for (const button of form.querySelectorAll("button")) button.disabled = false;
  if (forms.length) location.reload();
});
