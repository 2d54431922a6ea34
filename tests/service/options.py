"""How the service behaves where its documents leave it open, or where a test asks for trouble."""

from __future__ import annotations

from dataclasses import dataclass

import codes


@dataclass
class Options:
    """May be changed while the service runs; a call sees each option as it is when it matters."""

    not_a_friend: int = codes.NOT_A_FRIEND  # the ResultCode of a stranger; 30001 as the frequently asked questions say
    write_conflicts: bool = False  # 30008 for a call that arrives while another of its From_Account is under way
    request_ids: bool = False  # a RequestId in every answer
    pretty: bool = False  # spaces and line ends in every answer
    one_way_delay: float = 0.0  # seconds that a request, and then its answer, is on its way at least
    jitter: float = 0.0  # seconds that chance adds to each way at most

    def change(self, **changes: object) -> None:
        """Sets the options named; ValueError for one that there is not, or a value of the wrong type."""
        for name, value in changes.items():
            if name not in self.__dataclass_fields__:
                raise ValueError(f"there is no option {name}; there are {', '.join(self.__dataclass_fields__)}")
            now = getattr(self, name)
            allowed = (float, int) if isinstance(now, float) else (type(now),)
            if type(value) not in allowed or (not isinstance(value, bool) and value < 0):  # type: ignore[operator]
                raise ValueError(f"the option {name} cannot be {value!r}")
        for name, value in changes.items():
            setattr(self, name, value)
