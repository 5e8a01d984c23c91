"""BookGuard: the updates of one order book in an unbroken chain that begins at a snapshot."""

from __future__ import annotations

from collections import deque
from itertools import chain

from thebot_desktop.domain.market import BookSnapshot, BookUpdate, Symbol

HELD_LIMIT = 600
"""So many updates wait for a snapshot: a minute at ten a second. Beyond it the oldest goes."""
BEHIND_LIMIT = 50
"""After so many updates in a row from before the book, its ids have started anew."""


class BookGuard:
    """Delivers updates as long as each joins the one before it.

    Whoever owns the guard looks at ``is_linked`` after each ``accept``; without a link a
    snapshot is asked for and handed to ``start``, until that answers with something. Before
    asking for a snapshot of a linked book, ``hold`` keeps a copy of what is delivered meanwhile.

    Both of the exchange's markets obey one rule: an update joins where the id before its first
    is not beyond the book's. On spot ids are contiguous, so that id is ``first_id - 1``; on
    USD-M it is told as ``previous_id``. Quantities are absolute: overlapping updates do no harm.
    """

    def __init__(self, symbol: Symbol, *, held_limit: int = HELD_LIMIT) -> None:
        self.symbol = symbol
        self.links_lost = 0
        self._id: int | None = None
        self._held: deque[BookUpdate] = deque(maxlen=held_limit)
        self._holding = True
        self._behind = 0

    @property
    def is_linked(self) -> bool:
        """Whether a snapshot was joined and nothing was missed since."""
        return self._id is not None

    @property
    def last_id(self) -> int | None:
        """The id up to which the book is known, None without a link."""
        return self._id

    @property
    def held(self) -> int:
        """How many updates are kept for a snapshot."""
        return len(self._held)

    def hold(self) -> None:
        """Keep what comes from now on: a snapshot is about to be asked for."""
        self._holding = True

    def lose(self) -> None:
        """Take the book as broken; only a snapshot mends it."""
        if self._id is not None:
            self.links_lost += 1
        self._id = None
        self._behind = 0
        self._holding = True

    def accept(self, update: BookUpdate) -> tuple[BookUpdate, ...]:
        """What may be delivered now that ``update`` has come."""
        if self._id is None:
            self._hold(update)
            return ()
        if update.last_id <= self._id:
            self._note_behind(update)
            return ()
        if _before(update) > self._id:
            self.lose()
            self._held.clear()
            self._hold(update)
            return ()
        self._behind = 0
        self._id = update.last_id
        if self._holding:
            self._hold(update)
        return (update,)

    def start(self, snapshot: BookSnapshot) -> tuple[BookSnapshot | BookUpdate, ...]:
        """The snapshot and what follows it; nothing when it is too old: ask for another.

        The snapshot may be older than a book that is linked: what has been delivered since
        it was asked for is then delivered again behind it.
        """
        following = [u for u in self._held if u.last_id > snapshot.last_id]
        if following and _before(following[0]) > snapshot.last_id:
            return ()
        if self._id is not None and not following and snapshot.last_id < self._id:
            return ()
        self._id = following[-1].last_id if following else snapshot.last_id
        self._held.clear()
        self._holding = False
        self._behind = 0
        return tuple(chain((snapshot,), following))

    def _hold(self, update: BookUpdate) -> None:
        """Keep ``update`` behind those that it joins; a chain with a hole is of no use."""
        if self._held:
            newest = self._held[-1].last_id
            if update.last_id <= newest:
                self._note_behind(update)
                return
            if _before(update) > newest:
                self._held.clear()
        self._behind = 0
        self._held.append(update)

    def _note_behind(self, update: BookUpdate) -> None:
        """Doubles are harmless, but an exchange that counts anew would never be heard again."""
        self._behind += 1
        if self._behind >= BEHIND_LIMIT:
            self.lose()
            self._held.clear()
            self._held.append(update)


def _before(update: BookUpdate) -> int:
    """The id that the book must have reached for ``update`` to join it."""
    return update.first_id - 1 if update.previous_id is None else update.previous_id
