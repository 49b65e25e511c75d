package dev.anabranch.cli.audit;

import dev.anabranch.cli.failure.CommandFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code audit}: the script {@code ./anabranch} has Maven make the list first. */
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    description = {
      "Lists what the platform stands on: licences, and the vulnerabilities that OSV knows.",
      "Exit code 1 where there are some, 3 where OSV cannot be reached."
    })
public final class AuditCommand implements Callable<Integer> {

  @Option(
      names = "--list",
      paramLabel = "FILE",
      required = true,
      description = "The list that ./anabranch audit has Maven make, by itself.")
  private Path list = Path.of("");

  @Option(
      names = "--osv",
      paramLabel = "URL",
      defaultValue = "https://api.osv.dev/v1/querybatch",
      description = "Where vulnerabilities are asked for (default: ${DEFAULT-VALUE}).")
  private URI osv = URI.create("");

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<Dependency> dependencies = Dependency.read(list);
    if (dependencies.isEmpty()) {
      throw CommandFailure.failed("%s lists no artefacts.".formatted(list));
    }
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%d artefacts; each with its licence: %s%n%n", dependencies.size(), list);
    Map<String, Long> licences =
        dependencies.stream()
            .collect(
                Collectors.groupingBy(Dependency::licence, TreeMap::new, Collectors.counting()));
    licences.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
        .forEach(licence -> out.printf("  %4d  %s%n", licence.getValue(), licence.getKey()));
    out.println();
    out.flush();
    Map<String, Set<String>> known = new Vulnerabilities(osv).of(dependencies);
    known.forEach((artefact, ids) -> out.printf("  %s: %s%n", artefact, String.join(", ", ids)));
    out.printf("%d artefacts with known vulnerabilities.%n", known.size());
    out.flush();
    return known.isEmpty() ? CommandFailure.DONE : CommandFailure.FAILED;
  }
}
