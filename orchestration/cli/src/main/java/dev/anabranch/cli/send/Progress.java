package dev.anabranch.cli.send;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how many records were sent: a bar on a terminal, else a line every few seconds. */
public abstract class Progress implements SentListener, AutoCloseable {

  private static final long LINE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** A count that nobody knows. */
  public static final long UNKNOWN = -1;

  private Progress() {}

  /**
   * Progress on stderr.
   *
   * @param task what is going on, in a word or two
   * @param distinctEvents how many there will be, or {@link #UNKNOWN}
   */
  @SuppressWarnings(
      "SystemConsoleNull") // Java 17 alone runs this; its console is null off a terminal.
  public static Progress onStderr(String task, long distinctEvents) {
    return System.console() == null
        ? new Lines(task, distinctEvents, System.err)
        : new Bar(task, distinctEvents);
  }

  /** Lines on a stream. */
  static Progress lines(String task, long distinctEvents, PrintStream out) {
    return new Lines(task, distinctEvents, out);
  }

  @Override
  public abstract void close();

  private static final class Bar extends Progress {

    private final ProgressBar bar;

    Bar(String task, long distinctEvents) {
      this.bar =
          new ProgressBarBuilder()
              .setTaskName(task)
              .setInitialMax(distinctEvents)
              .setUnit(" events", 1)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(200)
              .showSpeed()
              .build();
    }

    @Override
    public void sent(Outgoing record, int partition, long offset) {
      if (record.distinct()) {
        bar.step();
      }
    }

    @Override
    public void close() {
      bar.close();
    }
  }

  private static final class Lines extends Progress {

    private final String task;
    private final long distinctEvents;
    private final PrintStream out;
    private final long began = System.nanoTime();
    private long nextLine = began + LINE_NANOS;
    private long events;
    private long records;

    Lines(String task, long distinctEvents, PrintStream out) {
      this.task = task;
      this.distinctEvents = distinctEvents;
      this.out = out;
    }

    @Override
    public void sent(Outgoing record, int partition, long offset) {
      events += record.distinct() ? 1 : 0;
      records++;
      if (System.nanoTime() - nextLine >= 0) {
        nextLine += LINE_NANOS;
        print();
      }
    }

    private void print() {
      String of = distinctEvents == UNKNOWN ? "" : " of " + distinctEvents;
      double seconds = (System.nanoTime() - began) / 1e9;
      out.println(
          String.format(
              Locale.ROOT,
              "%s: %d%s events, %d records sent, %.0f s",
              task,
              events,
              of,
              records,
              seconds));
    }

    @Override
    public void close() {
      print();
    }
  }
}
