package dev.anabranch.cli.demo;

import dev.anabranch.cli.measure.Freshness;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The live board: truth, lambda, kappa and batch side by side. */
public interface Board {

  /** Shows a moment. */
  void show(Moment moment);

  /** A board that is drawn over itself, for a terminal. */
  static Board onTerminal(PrintStream out) {
    return new Board() {
      private int lines;

      @Override
      public void show(Moment moment) {
        List<String> next = table(moment);
        StringBuilder text = new StringBuilder();
        if (lines > 0) {
          text.append("\u001b[").append(lines).append('A');
        }
        next.forEach(line -> text.append("\u001b[2K").append(line).append('\n'));
        text.append("\u001b[J");
        lines = next.size();
        out.print(text);
        out.flush();
      }
    };
  }

  /** One plain line now and then, for a log. */
  static Board asLines(PrintStream out, Duration between) {
    return new Board() {
      private Duration next = Duration.ZERO;

      @Override
      public void show(Moment moment) {
        if (moment.elapsed().compareTo(next) >= 0) {
          next = moment.elapsed().plus(between);
          out.println(line(moment));
        }
      }
    };
  }

  /** A moment as a table. */
  static List<String> table(Moment now) {
    List<String> lines = new ArrayList<>();
    lines.add(
        format(
            "%s   %d s%s   %,d records sent: %,d late, %,d copies, %,d malformed",
            now.address(),
            now.elapsed().toSeconds(),
            now.length().map(l -> " of " + l.toSeconds() + " s").orElse(""),
            now.sent().records(),
            now.sent().late(),
            now.sent().duplicates(),
            now.sent().malformed()));
    lines.add("");
    lines.add(
        format(
            "%-8s %14s %18s %12s %12s %10s %10s",
            "", "EVENTS", "REVENUE", "LEADS", "EVENTS OFF", "FRESH P50", "FRESH P99"));
    lines.add(row("truth", now.truth(), "", "", ""));
    Comparison sides = now.sides();
    lines.add(row("lambda", sides.lambda(), now.truth(), now.lambda()));
    lines.add(row("kappa", sides.kappa(), now.truth(), now.kappa()));
    lines.add(row("batch", sides.batch(), off(sides.batch(), now.truth()), "", ""));
    lines.add("");
    lines.add(
        format(
            "Kappa left out %,d late records.   Last batch run: %s",
            now.kappaDropped(), now.lastRun()));
    lines.add(now.remark());
    return lines;
  }

  /** A moment on one line. */
  static String line(Moment now) {
    return format(
        "%4d s: sent %,d; truth %,d events, %s; lambda %s, fresh %s; kappa %s, fresh %s, left out %,d late; last batch run %s%s",
        now.elapsed().toSeconds(),
        now.sent().records(),
        now.truth().events(),
        now.truth().revenue(),
        off(now.sides().lambda(), now.truth()),
        text(now.lambda()),
        off(now.sides().kappa(), now.truth()),
        text(now.kappa()),
        now.kappaDropped(),
        now.lastRun(),
        now.remark().isEmpty() ? "" : "; " + now.remark());
  }

  /** Both percentiles in seconds. */
  static String text(Freshness freshness) {
    return freshness.p50().isEmpty()
        ? "-"
        : format(
            "%.2f/%.2f s", freshness.p50().getAsLong() / 1e3, freshness.p99().getAsLong() / 1e3);
  }

  private static String row(String name, Totals totals, Totals truth, Freshness freshness) {
    boolean measured = freshness.p50().isPresent();
    return row(
        name,
        totals,
        off(totals, truth),
        measured ? format("%.2f s", freshness.p50().getAsLong() / 1e3) : "-",
        measured ? format("%.2f s", freshness.p99().getAsLong() / 1e3) : "-");
  }

  private static String row(String name, Totals totals, String off, String p50, String p99) {
    return format(
            "%-8s %,14d %,18.2f %,12d %12s %10s %10s",
            name, totals.events(), totals.revenue(), totals.leads(), off, p50, p99)
        .stripTrailing();
  }

  /** How far a side's events are from the truth, with the sign. */
  private static String off(Totals totals, Totals truth) {
    if (truth.events() == 0) {
      return "-";
    }
    return format("%+.3f %%", 100.0 * (totals.events() - truth.events()) / truth.events());
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
