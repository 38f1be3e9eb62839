"""The command line: what a person or a script sees."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest
from typer.testing import CliRunner

import interpose as ip
from interpose.cli import app
from interpose.ensemble import chunks

VERBS = ["run", "report", "runs", "check", "displace", "record", "new", "schema"]


def ask(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return ip.new("valley", tmp_path_factory.mktemp("scenarios"))


@pytest.fixture(scope="module")
def stored(folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("runs") / "valley"
    told = ask("run", folder, "--futures", 12, "--out", out, "--no-report", "--json")
    assert told.exit_code == 0, told.output
    return out, json.loads(told.stdout)


def test_run_tells_one_json_document(stored):
    out, told = stored
    assert told["folder"] == str(out)
    assert (told["done"], told["failed"], told["finished"]) == (12, 0, True)
    assert told["digest"] == ip.read_run(out).info["digest"]


def test_run_again_says_the_same_and_plays_nothing(stored, folder, monkeypatch):
    monkeypatch.delattr(chunks, "play_future")
    out, before = stored
    told = ask("run", folder, "--futures", 12, "--out", out, "--no-report", "--json")
    assert json.loads(told.stdout) == before


def test_run_with_other_inputs_exits_2_and_says_which(stored, folder):
    told = ask("run", folder, "--futures", 12, "--seed", 9, "--out", stored[0], "--json")
    assert told.exit_code == 2
    assert "seed: 1 there, 9 now" in told.stderr
    assert json.loads(told.stdout)["error"] == "RunMismatchError"


def test_fixed_parameters_draws_none(folder, tmp_path):
    told = ask(
        *("run", folder, "--futures", 2, "--out", tmp_path / "run"),
        *("--fixed-parameters", "--no-report"),
    )
    assert told.exit_code == 0
    assert "2 futures done, 0 failed" in told.stdout
    assert ip.read_run(tmp_path / "run").info["axes"]["parameter"] == []


def test_a_dry_run_writes_nothing(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = ask("run", folder, "--futures", 95, "--dry-run")
    assert told.exit_code == 0
    assert "runs/valley: would play 95 futures in 10 chunks, 0 of them finished" in told.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_dry_run_counts_what_is_finished(stored, folder):
    out, _ = stored
    told = ask("run", folder, "--futures", 12, "--out", out, "--dry-run", "--json")
    forecast = json.loads(told.stdout)
    assert (forecast["chunks"], forecast["chunks_finished"]) == (2, 2)
    size = ip.read_run(out).size_bytes / 1e6
    assert size / 1.5 < forecast["megabytes"] < size * 1.5


def test_if_all_futures_fail_the_exit_status_says_so(folder, tmp_path, monkeypatch):
    def fail(*_, **__):
        msg = "no [armed] luck"
        raise ZeroDivisionError(msg)

    monkeypatch.setattr(chunks, "play_future", fail)
    told = ask("run", folder, "--futures", 3, "--out", tmp_path / "run")
    assert told.exit_code == 1
    assert "the first, 0: ZeroDivisionError: no [armed] luck" in told.stderr


def test_ctrl_c_says_how_to_go_on(folder, tmp_path):
    out = tmp_path / "run"
    command = [sys.executable, "-m", "interpose", "run", str(folder), "--out", str(out)]
    command += ["--futures", "5000", "--no-report"]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell may start its background jobs deaf to Ctrl-C, and they pass that on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    while not (out / "futures" / "00000.parquet").exists() and process.poll() is None:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGINT)
    stdout, stderr = process.communicate(timeout=30)
    assert process.returncode == 130
    assert stdout == ""
    assert f"are kept in {out}; run the same command to resume." in stderr.replace("\n", " ")
    assert "Traceback" not in stderr
    told = ask("runs", out)
    assert f"resume           interpose run {out}\n" in told.stdout


def test_a_run_goes_on_as_it_was_begun_or_says_where_its_scenario_was(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ip.new("valley", tmp_path)
    begun = ask("run", "valley", "--futures", 12, "--scale-force", 0.5, "--no-report")
    (tmp_path / "runs/valley-what-if/futures/00001.parquet").unlink()
    again = ask("run", "runs/valley-what-if", "--no-report")
    assert again.exit_code == 0
    assert again.stdout == begun.stdout
    (tmp_path / "valley").rename("moved")
    gone = ask("run", "runs/valley-what-if")
    assert gone.exit_code == 1
    assert "its scenario was in valley, where there is none now" in gone.stderr
    monkeypatch.chdir(ip.new("here", tmp_path))
    assert ask("run", ".", "--futures", 1, "--no-report", "--out", "../run").exit_code == 0
    monkeypatch.chdir(tmp_path)  # where "." is another folder
    assert ip.read_run("run").scenario.header.name == "here"


def test_runs_lists_and_describes(stored):
    out, told = stored
    listed = json.loads(ask("runs", out.parent, "--json").stdout)
    described = json.loads(ask("runs", out, "--json").stdout)
    assert listed == [described]
    assert described == {key: value for key, value in told.items() if key != "report"}
    table = ask("runs", out.parent).stdout
    assert "12/12" in table
    assert told["digest"][:12] in table


@pytest.mark.parametrize("verb", ["runs", "report"])
def test_a_folder_that_is_not_there_is_a_plain_sentence(verb, tmp_path):
    told = ask(verb, tmp_path / "nowhere")
    assert told.exit_code == 2
    assert "Traceback" not in told.output


def test_the_help_of_report_says_how_to_print():
    assert "print the page from a browser" in " ".join(ask("report", "--help").stdout.split())


def test_check_tells_all_faults_and_exits_2(folder, tmp_path):
    broken = ip.new("broken", tmp_path)
    rows = (broken / "bases.csv").read_text().splitlines()
    (broken / "bases.csv").write_text("\n".join([rows[0], rows[1].replace("20", "xx")]))
    told = ask("check", broken)
    assert told.exit_code == 2
    assert "bases.csv line 2" in told.stderr
    faults = json.loads(ask("check", broken, "--json").stdout)["faults"]
    assert {"file", "line", "field", "found", "wanted"} == set(faults[0])


def test_check_of_a_sound_scenario_exits_0(folder):
    told = ask("check", folder)
    assert told.exit_code == 0
    assert "is sound" in told.stdout
    assert json.loads(ask("check", folder, "--json").stdout)["faults"] == []


def test_an_unknown_scenario_gets_a_near_name(tmp_path):
    told = ask("run", "kosov", "--out", tmp_path / "run")
    assert told.exit_code == 2
    assert told.stderr.startswith("UnknownNameError: scenario 'kosov' is not known.")
    assert "'kosovo'" in told.stderr


@pytest.mark.parametrize(
    ("option", "value"), [("--futures", 0), ("--seed", -1), ("--workers", "x")]
)
def test_bad_values_are_refused_without_a_traceback(folder, option, value):
    told = ask("run", folder, option, value)
    assert told.exit_code == 2
    assert option in told.stderr


def test_an_unknown_verb_gets_a_near_name():
    told = ask("chek")
    assert told.exit_code == 2
    assert "'check'" in told.stderr


def test_new_makes_a_scenario_that_runs(tmp_path):
    told = ask("new", "my_mission", "--out", tmp_path, "--json")
    made = json.loads(told.stdout)["folder"]
    assert ask("check", made).exit_code == 0
    again = ask("new", "my_mission", "--out", tmp_path)
    assert again.exit_code == 2
    assert "already" in again.stderr


def test_schema_is_json_or_markdown():
    assert "properties" in json.loads(ask("schema").stdout)
    assert ask("schema", "--json").stdout == ask("schema").stdout
    assert ask("schema", "--markdown").stdout.startswith("# The format")
    assert ask("schema", "--markdown", "--json").exit_code == 2


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_shows_an_example_and_takes_json(verb):
    told = ask(verb, "--help")
    assert told.exit_code == 0
    assert f"Example: interpose {verb}" in told.stdout
    assert "--json" in told.stdout


def test_record_answers_a_question_on_one_page():
    told = ask("record", "kosovo", "--about", "force.strength, January 2023")
    assert told.exit_code == 0, told.output
    assert "contradicted, so print both" in told.stdout
    assert "european_western_balkans" not in told.stdout
    assert "European Western Balkans: interview with KFOR" in told.stdout
    acts = " ".join(ask("record", "kosovo", "--about", "16 December 2022").stdout.split())
    assert "President of Serbia: return of up to 1,000" in acts
    assert "dates the refusal" in acts


def test_record_as_json_holds_what_was_asked_for_and_nothing_else():
    whole = json.loads(ask("record", "kosovo", "--json").stdout)
    assert set(whole) == {"figures", "findings"}
    assert {tuple(finding) for finding in whole["findings"]} == {("kind", "rows", "sources", "why")}
    assert len(whole["figures"]) > 600
    some = json.loads(ask("record", "kosovo", "--conflicts", "--json").stdout)
    named = {row for finding in some["findings"] for row in finding["rows"]}
    assert {figure["id"] for figure in some["figures"]} <= named
    one = json.loads(ask("record", "kosovo", "--about", "force.nations", "--json").stdout)
    assert {figure["quantity"] for figure in one["figures"]} == {"force.nations"}
    assert {figure["verdict"] for figure in one["figures"]} >= {"print", "do not print"}
    assert set(one) == {
        "question", "figures", "incidents", "acts", "promises", "open", "sources"
    }  # fmt: skip


def test_record_may_be_said_in_full_and_takes_its_options_first(folder):
    assert ask("record", "show", folder).stdout == ask("record", folder).stdout
    assert ask("record", "--json", folder).exit_code == 0


def test_a_record_that_is_not_there_is_said(folder, tmp_path):
    bare = shutil.copytree(folder, tmp_path / "valley")
    shutil.rmtree(bare / "record")
    told = ask("record", bare)
    assert told.exit_code == 0
    assert "has no record" in told.stderr
    assert json.loads(ask("record", bare, "--json").stdout) == {"figures": [], "findings": []}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("kosov",), "'kosovo'"),
        (("kosovo", "--about", "force.strenth"), "'force.strength'"),
        (("kosovo", "--about", "2009-13"), "2009-13"),
        (("kosovo", "--about", "2009", "--conflicts"), "one of the two"),
    ],
)
def test_record_refuses_what_it_does_not_know(words, said):
    told = ask("record", *words)
    assert told.exit_code == 2
    assert said in " ".join(told.stderr.replace("│", " ").split())
    assert "Traceback" not in told.output


def test_version():
    assert ask("--version").stdout == f"interpose {ip.__version__}\n"
