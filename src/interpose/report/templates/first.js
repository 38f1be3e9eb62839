// Moves the first figure of a page. Vega stands before these lines, in the same script.
(async () => {
  const at = (id) => document.getElementById(id);
  const given = JSON.parse(at("given").textContent);
  const root = document.documentElement;
  root.classList.add("runs");
  const views = {};
  try {
    for (const [name, spec] of Object.entries(given)) {
      const options = {ast: true, actions: false, renderer: "svg", config: {}};
      views[name] = (await vegaEmbed(at(`view-${name}`), spec, options)).view;
    }
  } catch (error) {
    root.classList.remove("runs"); // the stills stay
    throw error;
  }
  const time = at("time"), step = at("step"), measure = at("measure"), play = at("play");
  const {incidents, force} = given.places?.datasets ?? {}, rows = given.years.datasets.years;
  const whole = () => Number(time.step) === 12;
  const first = Number(time.min), last = Number(time.max);
  let timer = 0;

  function line(text, source) {
    const item = document.createElement("li");
    item.append(text);
    if (source) {
      const link = document.createElement("a");
      link.href = `#source-${source}`;
      link.textContent = "Source";
      item.append(" ", link);
    }
    return item;
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
    }).sort((a, b) => b[0] - a[0]).map(([, text]) => line(text));
  }
  async function show() {
    const year = Math.floor(time.value / 12), month = whole() ? -1 : time.value % 12;
    const now = say(time.value, {year: "numeric", ...(whole() ? {} : {month: "long"})});
    const set = {measure: Number(measure.value), year, month};
    const row = rows.find((one) => one.words && one.year === year && one.measure === set.measure
      && (one.month ?? month) === month);
    const told = `${whole() || row?.month >= 0 ? "" : `${now}. The year `}${row?.words ?? year}`;
    at("told").ariaLive = timer ? "off" : "polite"; // nobody wants to hear every frame
    at("told").textContent = told;
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
      at("listed").replaceChildren(...here.map((one) => line(one.words, one.source)));
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
  step?.addEventListener("change", () => {
    const year = Math.floor(time.value / 12);
    time.step = step.value === "month" ? 1 : 12;
    time.max = last + (whole() ? 0 : 11);
    move(year * 12);
  });
  views.years.addEventListener("click", (_, item) => item?.datum?.year && move(item.datum.year * 12 + (item.datum.month ?? 0)));
  await show();
  root.dataset.ready = "yes";
})();
