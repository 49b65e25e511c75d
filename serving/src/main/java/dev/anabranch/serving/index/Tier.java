package dev.anabranch.serving.index;

import dev.anabranch.lakehouse.view.Tiles;
import dev.anabranch.lakehouse.view.View;
import java.util.ArrayList;
import java.util.List;

/**
 * One view over a set of events that grows by an epoch at a time. Where nobody asks for the rows,
 * adding an epoch only remembers its tiles: they are merged when somebody does, several epochs at
 * once, or when {@link #MOST_PENDING} wait. Where somebody asked for the rows before an epoch, it
 * is merged when it is added, so that requests that come often find nothing to do. Immutable to its
 * users; safe for use by several threads.
 */
public final class Tier<I extends Index<I>> {
  /** Epochs that may wait to be merged. */
  static final int MOST_PENDING = 16;

  private final View view;

  /** Goes from waiting to merged, once. */
  private volatile State<I> state;

  private volatile boolean asked;

  private sealed interface State<I extends Index<I>> {
    record Waiting<I extends Index<I>>(Tier<I> before, Tiles added, int count)
        implements State<I> {}

    record Merged<I extends Index<I>>(I index) implements State<I> {}
  }

  private Tier(View view, State<I> state) {
    this.view = view;
    this.state = state;
  }

  static <I extends Index<I>> Tier<I> of(View view, I index) {
    return new Tier<>(view, new State.Merged<>(index));
  }

  /** The events of this tier and more. */
  Tier<I> plus(Tiles tiles) {
    if (tiles.size() == 0) {
      return this;
    }
    int count = state instanceof State.Waiting<I> waiting ? waiting.count() + 1 : 1;
    Tier<I> next = new Tier<>(view, new State.Waiting<>(this, tiles, count));
    if (asked || count >= MOST_PENDING) {
      next.merged();
    }
    return next;
  }

  /** The rows; the first to ask merges what waits. */
  public I index() {
    if (!asked) {
      asked = true;
    }
    return merged();
  }

  private I merged() {
    return state instanceof State.Merged<I> merged ? merged.index() : merge();
  }

  private synchronized I merge() {
    List<Tiles> added = new ArrayList<>();
    State<I> reached = state;
    while (reached instanceof State.Waiting<I> waiting) {
      added.add(waiting.added());
      reached = waiting.before().state;
    }
    I index = ((State.Merged<I>) reached).index();
    if (!added.isEmpty()) {
      index = index.plus(Tiles.merge(view, added));
      state = new State.Merged<>(index);
    }
    return index;
  }
}
