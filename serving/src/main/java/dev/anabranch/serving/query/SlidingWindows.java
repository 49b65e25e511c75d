package dev.anabranch.serving.query;

import dev.anabranch.serving.index.Rolled;
import java.util.List;

/**
 * Windows that overlap. Some consecutive ones are made at a time: what all of them share is merged
 * once, and what each has to its left and right of that grows pane by pane, so that a window costs
 * three merges, however many panes it has (van Herk, "A fast algorithm for local minimum and
 * maximum filters", 1992).
 */
final class SlidingWindows implements Windows {
  /** Bounds the rows, each with a sketch of up to 8 KiB, that are kept for windows to come. */
  private static final int MOST_ROWS = 2048;

  private static final int MOST_WINDOWS = 64;

  private final Groups groups;
  private final long window;
  private final long slide;

  private long first;
  private Rolled[] ready = {};

  /** Lengths in microseconds; the slide divides the window. */
  SlidingWindows(Groups groups, long window, long slide) {
    this.groups = groups;
    this.window = window;
    this.slide = slide;
  }

  @Override
  public Rolled at(long start) {
    long position = (start - first) / slide;
    if (start < first || position >= ready.length) {
      prepare(start);
      position = 0;
    }
    return ready[(int) position];
  }

  private void prepare(long start) {
    Rolled whole = groups.over(start, start + window);
    long panes = window / slide;
    int count = (int) Math.min(Math.min(panes, MOST_WINDOWS), 1 + MOST_ROWS / (1 + whole.size()));
    long last = start + (count - 1) * slide;
    Rolled[] windows = new Rolled[count];
    windows[count - 1] = groups.over(last, start + window);
    for (int i = count - 2; i >= 0; i--) {
      windows[i] = merge(windows[i + 1], pane(start + i * slide));
    }
    Rolled right = Rolled.empty(groups.grouping());
    for (int i = 1; i < count; i++) {
      right = merge(right, pane(start + window + (i - 1) * slide));
      windows[i] = merge(windows[i], right);
    }
    windows[0] = whole;
    first = start;
    ready = windows;
  }

  private Rolled pane(long start) {
    return groups.over(start, start + slide);
  }

  /** Rows of all parts as of one instant, so that groups meet; windows know their own starts. */
  private Rolled merge(Rolled left, Rolled right) {
    return Rolled.merge(groups.grouping(), List.of(left.from(0), right.from(0)));
  }
}
