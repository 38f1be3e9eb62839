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
  const year = at("year"), measure = at("measure"), play = at("play");
  const rows = given.years.datasets.years, incidents = given.places.datasets.incidents;
  let timer = 0;

  async function show() {
    const now = Number(year.value), what = Number(measure.value);
    const row = rows.find((one) => one.year === now && one.measure === what);
    at("told").textContent = row ? row.words : `${now}`;
    year.setAttribute("aria-valuetext", row ? row.words : `${now}`);
    const here = incidents.filter((one) => one.year === now);
    at("listed-year").textContent = `${now} (${here.length})`;
    at("listed").replaceChildren(...here.map((one) => {
      const line = document.createElement("li");
      line.append(one.words + " ");
      const link = document.createElement("a");
      link.href = `#source-${one.source}`;
      link.textContent = "Source";
      line.append(link);
      return line;
    }));
    views.years.signal("measure", what);
    await Promise.all(Object.values(views).map((view) => view.signal("year", now).runAsync()));
    root.dataset.year = now;
  }
  function stop() {
    clearInterval(timer);
    timer = 0;
    play.textContent = "Play";
  }
  play.addEventListener("click", () => {
    if (timer) return stop();
    if (year.value === year.max) year.value = year.min;
    play.textContent = "Pause";
    timer = setInterval(() => {
      if (year.value === year.max) return stop();
      year.stepUp();
      show();
    }, 900);
    show();
  });
  year.addEventListener("input", () => { stop(); show(); });
  measure.addEventListener("change", show);
  views.years.addEventListener("click", (_, item) => {
    if (!item?.datum?.year) return;
    year.value = item.datum.year;
    stop();
    show();
  });
  await show();
  root.dataset.ready = "yes";
})();
