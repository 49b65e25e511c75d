package dev.anabranch.cli.command;

import dev.anabranch.cli.failure.CommandFailure;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code test}: here for its help only, since the script {@code ./anabranch} runs it itself. */
@Command(
    name = "test",
    mixinStandardHelpOptions = true,
    description = {
      "Builds and runs all tests: mvn verify in the repository.",
      "Arguments are passed on to Maven, such as -pl serving."
    })
public final class TestCommand implements Callable<Integer> {

  @Unmatched private List<String> arguments = List.of();

  @Override
  public Integer call() {
    throw CommandFailure.usage(
        "Tests are run by the script at the root of the repository: ./anabranch test "
            + String.join(" ", arguments));
  }
}
