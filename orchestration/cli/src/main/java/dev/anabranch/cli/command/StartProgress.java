package dev.anabranch.cli.command;

import dev.anabranch.cli.platform.Durations;
import dev.anabranch.cli.platform.EmbeddedPlatform;
import dev.anabranch.cli.platform.PartState;
import dev.anabranch.cli.platform.PartStatus;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Tells on a line each what becomes of the parts. */
final class StartProgress implements EmbeddedPlatform.Listener {

  private final PrintStream out;
  private final Map<String, PartStatus> last = new HashMap<>();

  StartProgress(PrintStream out) {
    this.out = out;
  }

  @Override
  public synchronized void changed(PartStatus part) {
    PartStatus before = last.put(part.name(), part);
    if (before != null && before.state() == part.state()) {
      return;
    }
    out.printf("%-8s %s%s%n", part.name(), part.state().text(), remark(before, part));
  }

  @Override
  public synchronized void notice(String text) {
    out.println(text);
  }

  private static String remark(PartStatus before, PartStatus part) {
    if (before != null && part.state() == PartState.RUNNING) {
      Duration took = Duration.between(before.since(), part.since());
      return " after " + Durations.text(took) + ", process " + part.pid();
    }
    return part.detail().isEmpty() ? "" : ": " + part.detail();
  }
}
