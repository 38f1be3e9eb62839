"""interpose plans a peace operation, plays it out and judges it, with the evidence attached.

>>> import interpose as ip
>>> scenario = ip.load("kosovo")                 # doctest: +SKIP
>>> futures = ip.play(scenario, futures=100)     # doctest: +SKIP
>>> force = ip.plan(scenario, "kfor")            # doctest: +SKIP

``load``, ``check``, ``new`` and ``schema`` belong to ``interpose.scenario``; ``play``, ``run``
and ``read_run`` to ``interpose.ensemble``; ``plan`` to ``interpose.plan``; ``compare``,
``displace`` and ``size`` to ``interpose.assess``; ``fit`` to ``interpose.fit``; every error to
``interpose.errors``. Each is imported when it is first used, so that ``import interpose`` costs
nothing.

A verb may bear the name of a room: ``interpose.play`` is the play room, and calling it plays;
``interpose.plan`` likewise.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from inspect import Signature

    from interpose.assess import compare, displace, size
    from interpose.ensemble import play, read_run, run
    from interpose.fit import fit
    from interpose.plan import plan
    from interpose.scenario import check, load, new, schema

__all__ = [
    "__version__",
    "check",
    "compare",
    "displace",
    "fit",
    "load",
    "new",
    "plan",
    "play",
    "read_run",
    "run",
    "schema",
    "size",
]

_ROOMS = {
    "check": "scenario",
    "compare": "assess",
    "displace": "assess",
    "load": "scenario",
    "new": "scenario",
    "read_run": "ensemble",
    "run": "ensemble",
    "schema": "scenario",
    "size": "assess",
}
"""Public name -> room that has it."""

_VERBS = {"fit": "fit", "plan": "plan", "play": "ensemble"}
"""Room that is also a public name -> room with the function that is meant."""


class _CallableRoom(ModuleType):
    """A room that is also a verb."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        return self._verb(*args, **kwargs)

    @property
    def _verb(self) -> Any:  # noqa: ANN401
        name = self.__name__.rpartition(".")[2]
        return getattr(import_module(f"{__name__}.{_VERBS[name]}"), name)

    @property
    def __signature__(self) -> Signature:
        from inspect import signature  # late: it takes as long as all the rest

        return signature(self._verb)

    @property
    def __doc__(self) -> str:  # type: ignore[override]
        """The verb's help, then the room's: ``help`` and an editor ask for this alone."""
        from inspect import getdoc

        name, room = self.__name__.rpartition(".")[2], self.__dict__["__doc__"]
        return f"{name}{self.__signature__}\n\n{getdoc(self._verb)}\n\nThe room {name}: {room}"


class _Door(ModuleType):
    """The module itself: finds public names when they are first used."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        if name in _VERBS:
            return import_module(f"{__name__}.{name}")
        if name in _ROOMS:
            return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)

    def __setattr__(self, name: str, value: object) -> None:
        # Python puts a room here when it is first imported, whoever imports it.
        if name in _VERBS and isinstance(value, ModuleType):
            value.__class__ = _CallableRoom
        super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*self.__dict__, *__all__})


sys.modules[__name__].__class__ = _Door
