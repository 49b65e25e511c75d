package dev.anabranch.cli.replay;

import dev.anabranch.cli.PlatformAddress;
import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.cli.options.JsonOption;
import dev.anabranch.cli.options.PlatformOptions;
import dev.anabranch.cli.send.Outgoing;
import dev.anabranch.cli.send.Progress;
import dev.anabranch.cli.send.SendCounts;
import dev.anabranch.cli.send.Sending;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.ledger.LedgerEntry.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code anabranch replay}: a file of somebody's own becomes events of a running platform. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = {
      "Sends the rows of a CSV, JSON Lines (both plain or .gz) or Parquet file as events.",
      "Rows that do not map are counted, reported and left out; the exit code is 1 then, unless"
          + " --allow-unmapped is given. docs/mapping.md explains mappings."
    })
public final class ReplayCommand implements Callable<Integer> {

  /** In which order rows are sent. */
  enum Order {
    /** As they stand. */
    file,
    /** By event time; rows of the same time as they stand. */
    time
  }

  @Mixin private PlatformOptions platform;
  @Mixin private JsonOption json;

  @Parameters(index = "0", paramLabel = "FILE", description = "The file to replay.")
  private Path file = Path.of("");

  @Option(
      names = "--mapping",
      paramLabel = "FILE",
      required = true,
      description = "How its columns and values become ours (HOCON).")
  private Path mappingFile = Path.of("");

  @Option(
      names = "--order",
      paramLabel = "file|time",
      defaultValue = "file",
      description = "As the rows stand, or by event time (default: ${DEFAULT-VALUE}).")
  private Order order = Order.file;

  @Option(
      names = "--rate",
      paramLabel = "R",
      description = "Events a second (default: as fast as it goes).")
  private Optional<Double> rate = Optional.empty();

  @Option(
      names = "--ledger",
      paramLabel = "FILE",
      description = "Adds a line of JSON for each record that was sent, in the order of sending.")
  private Optional<Path> ledger = Optional.empty();

  @Option(names = "--allow-unmapped", description = "Exit with 0 where rows did not map.")
  private boolean allowUnmapped;

  @Spec private CommandSpec spec;

  private final Clock clock;

  public ReplayCommand() {
    this(Clock.systemUTC());
  }

  ReplayCommand(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Integer call() {
    rate.filter(r -> !(r > 0 && r <= 1e9))
        .ifPresent(
            r -> {
              throw CommandFailure.usage("--rate is " + r + "; it must be above 0, up to 1e9");
            });
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw CommandFailure.usage("There is no file " + file + ", or it cannot be read.");
    }
    Mapping mapping = MappingFile.read(mappingFile);
    List<String> columns = mapping.columns();
    long began = System.nanoTime();
    UnmappedRows unmapped = new UnmappedRows();
    try (RowReader rows = RowReader.open(file, mapping, columns)) {
      PlatformAddress address = platform.kafka();
      RowMapper mapper = new RowMapper(mapping, columns, clock);
      MappedEvents events = new MappedEvents(file, rows, mapper, unmapped);
      SendCounts counts = send(address, events);
      double seconds = (System.nanoTime() - began) / 1e9;
      new ReplayReport(events.rows(), counts.sent(), unmapped, ledger, seconds)
          .print(spec.commandLine().getOut(), json.wanted());
    } catch (IOException e) {
      throw CommandFailure.failed("Cannot read %s: %s.".formatted(file, Texts.reason(e)), e);
    }
    return unmapped.rows() == 0 || allowUnmapped ? CommandFailure.DONE : CommandFailure.FAILED;
  }

  private SendCounts send(PlatformAddress address, MappedEvents events) {
    Sending sending = new Sending("replay", Progress.UNKNOWN, rate, ledger);
    if (order == Order.file) {
      return sending.to(address, () -> outgoing(events));
    }
    try (TimeOrder sorted = TimeOrder.of(events, TimeOrder.RUN_EVENTS)) {
      return sending.to(address, () -> outgoing(sorted));
    }
  }

  /** A row whose id came before is sent like any other: whether it is a copy is not ours to say. */
  private static Iterator<Outgoing> outgoing(Iterator<Event> events) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return events.hasNext();
      }

      @Override
      public Outgoing next() {
        return Outgoing.of(Kind.EVENT, events.next());
      }
    };
  }
}
