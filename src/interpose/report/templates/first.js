// Moves the first figure of a page. Vega stands before these lines, in the same script.
(async () => {
  const at = (id) => document.getElementById(id);
  const given = JSON.parse(at("given").textContent);
  const root = document.documentElement;
  root.classList.add("runs");
  const views = {};
  try {
    for (const [name, spec] of Object.entries(given)) { // a map is no taller than it needs to be
      const tall = at(`view-${name}`).clientWidth * spec.usermeta?.tall + 30;
      if (tall < spec.height) spec.height = tall;
      const options = {ast: true, actions: false, renderer: "svg", config: {}};
      views[name] = (await vegaEmbed(at(`view-${name}`), spec, options)).view;
    }
  } catch (error) {
    root.classList.remove("runs"); // the stills stay
    throw error;
  }
  const time = at("time"), step = at("step"), measure = at("measure"), play = at("play"), discs = at("discs");
  const {incidents, force} = given.places?.datasets ?? {}, rows = given.years.datasets.years;
  const communities = given.places?.params.find((one) => one.name === "communities").value;
  const whole = () => Number(time.step) === 12;
  const first = Number(time.min), last = Number(time.max);
  let timer = 0;

  function made(tag, ...parts) {
    const one = document.createElement(tag);
    one.append(...parts);
    return one;
  }
  function link(text, hash) {
    const one = made("a", text);
    one.href = hash;
    return one;
  }
  const from = (mark) => ["Source: ", link(mark.title, `#source-${mark.source}`), ". ", link("Its row in the record", `#row-${mark.row}`)];
  const words = (mark) => mark?.told ?? mark?.words ?? "";
  function people(there) {
    const all = there.reduce((sum, n) => sum + n, 0), count = (n) => n.toLocaleString("en");
    const rows = there.map((n, i) => [communities[i], n]).filter(([, n]) => n).sort((a, b) => b[1] - a[1]);
    return made("table", made("caption", "Who lives there: the scenario's figures, straight lines between their years"),
      ...rows.map(([name, n]) => made("tr", made("th", name),
        ...[count(n), `${(100 * n / all).toFixed(1)} %`].map((text) => made("td", text)))));
  }
  function card(mark) { // what a mark of the map says when it is opened
    if (mark.parts) return [...mark.parts.map((text) => made("p", text)), made("p", ...from(mark))];
    const said = made("p", mark.head ?? words(mark));
    return mark.there ? [said, people(mark.there)] : [said];
  }
  function say(month, words) {
    const date = new Date(Date.UTC(Math.floor(month / 12), month % 12));
    return date.toLocaleDateString("en-GB", {timeZone: "UTC", ...words});
  }
  function camps(when) {
    const found = new Map();
    for (const one of force.filter((row) => row.from <= when && when < row.to)) {
      const nations = found.get(one.name) ?? new Map();
      nations.set(one.nation, (nations.get(one.nation) ?? 0) + one.n);
      found.set(one.name, nations);
    }
    const count = (n) => n.toLocaleString("en");
    return [...found].map(([name, nations]) => {
      const who = [...nations].sort((a, b) => b[1] - a[1]);
      const sum = who.reduce((total, [, n]) => total + n, 0);
      return [sum, `${name}: ${count(sum)} soldiers (${who.map(([w, n]) => `${w} ${count(n)}`).join(", ")})`];
    }).sort((a, b) => b[0] - a[0]).map(([, text]) => made("li", text));
  }
  async function show() {
    const year = Math.floor(time.value / 12), month = whole() ? -1 : time.value % 12;
    const now = say(time.value, {year: "numeric", ...(whole() ? {} : {month: "long"})});
    const set = {measure: Number(measure.value), year, month, lives: Number(discs?.value ?? -1)};
    const row = rows.find((one) => one.words && one.year === year && one.measure === set.measure
      && (one.month ?? month) === month);
    const told = `${whole() || row?.month >= 0 ? "" : `${now}. The year `}${row?.words ?? year}`;
    at("told").ariaLive = timer ? "off" : "polite"; // nobody wants to hear every frame
    at("told").replaceChildren(told, ...(row?.rows ? [" ", link("The rows of the record", `#rows=${row.rows}`)] : []));
    time.setAttribute("aria-valuetext", told);
    await Promise.all(Object.entries(views).map(([name, view]) => {
      for (const {name: one} of given[name].params) if (one in set) view.signal(one, set[one]);
      return view.runAsync();
    }));
    for (const key of document.querySelectorAll("[data-of]")) {
      key.hidden = !key.dataset.of.split(" ").includes(measure.value);
    }
    if (incidents?.length) {
      const then = (at) => whole() ? Math.floor(at / 12) : at; // as over_places.json has it
      const here = incidents.filter((one) => then(one.from) <= then(+time.value) && then(+time.value) <= then(one.last));
      at("listed-time").textContent = `${now} (${here.length})`;
      at("listed").replaceChildren(...here.map((one) => made("li", `${one.parts.join(" ")} `, ...from(one))));
    }
    if (force) {
      const when = views.places.signal("when");
      at("force-time").textContent = say(when, {year: "numeric", month: "long"});
      at("force-now").replaceChildren(...camps(when));
    }
    root.dataset.time = time.value;
  }
  function stop() {
    clearInterval(timer);
    timer = 0;
    play.textContent = "Play";
  }
  const atEnd = () => Number(time.value) + Number(time.step) > Number(time.max);
  play.addEventListener("click", () => {
    if (timer) return stop();
    if (atEnd()) time.value = first;
    play.textContent = "Pause";
    timer = setInterval(() => {
      if (atEnd()) return stop();
      time.stepUp();
      show();
    }, (last - first) / time.step < 60 ? 900 : 250);
    show();
  });
  function move(value) {
    stop();
    if (value !== undefined) time.value = value;
    return show();
  }
  time.addEventListener("input", () => move());
  measure.addEventListener("change", show);
  discs?.addEventListener("change", show);
  step?.addEventListener("change", () => {
    const year = Math.floor(time.value / 12);
    time.step = step.value === "month" ? 1 : 12;
    time.max = last + (whole() ? 0 : 11);
    move(year * 12);
  });
  views.years.addEventListener("click", (_, item) => item?.datum?.year && move(item.datum.year * 12 + (item.datum.month ?? 0)));
  const map = at("view-places"), opened = at("opened");
  function open(path, mark) {
    at("opened-body").replaceChildren(...card(mark));
    opened.showPopover();
    path.classList.add("chosen");
  }
  const of = (path) => path.__data__?.datum;
  function marks() { // each by the last of its shapes, those of the record first
    const said = [...map.querySelectorAll("path")].map((path) => [words(of(path)), path]).filter(([text]) => text);
    return [...new Map(said)].sort((a, b) => !of(a[1]).parts - !of(b[1]).parts);
  }
  map?.addEventListener("keydown", (event) => {
    const all = marks(), now = all.findIndex(([, path]) => path === document.activeElement);
    const ways = {ArrowRight: now + 1, ArrowDown: now + 1, ArrowLeft: now - 1, ArrowUp: now - 1, Home: 0, End: -1};
    if (event.key in ways) {
      const [text, path] = all.at(ways[event.key] % all.length);
      for (let one = path; one !== map; one = one.parentElement) one.removeAttribute("aria-hidden");
      Object.assign(path, {role: "button", ariaLabel: text, tabIndex: -1}).focus();
      at("marks").textContent = text;
    } else if (now >= 0 && [" ", "Enter"].includes(event.key)) open(all[now][1], of(all[now][1]));
    else return;
    event.preventDefault();
  });
  opened?.addEventListener("beforetoggle", () => map.querySelector(".chosen")?.classList.remove("chosen"));
  opened?.addEventListener("click", (event) => event.target.closest("a") && opened.hidePopover());
  views.places?.addEventListener("click", (event, item) => words(item?.datum) && open(event.target, item.datum));
  await show();
  root.dataset.ready = "yes";
})();
