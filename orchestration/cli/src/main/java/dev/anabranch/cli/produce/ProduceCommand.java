package dev.anabranch.cli.produce;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.cli.PlatformAddress;
import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.cli.options.DurationConverter;
import dev.anabranch.cli.options.JsonOption;
import dev.anabranch.cli.options.PlatformOptions;
import dev.anabranch.cli.send.Outgoing;
import dev.anabranch.cli.send.SendCounts;
import dev.anabranch.cli.send.Sending;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.event.EventType;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code anabranch produce}: sends events of seeded, realistic visitors to a running platform. */
@Command(
    name = "produce",
    mixinStandardHelpOptions = true,
    description = {
      "Sends events of seeded, realistic visitors to a running platform.",
      "The same seed, start, step and shares give the same records, whatever the rate. Without"
          + " --start the events' times end about now; with --rate and neither --start nor --step"
          + " they follow the clock."
    })
public final class ProduceCommand implements Callable<Integer> {

  private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
  private static final Duration DEFAULT_STEP = Duration.ofMillis(1);

  /** Less than the five minutes of the contract: the broker's clock may differ from ours. */
  private static final Duration FURTHEST_AHEAD = Duration.ofMinutes(4);

  @Mixin private PlatformOptions platform;
  @Mixin private JsonOption json;

  @Option(
      names = "--events",
      paramLabel = "N",
      required = true,
      description = "Distinct events; copies and malformed records come on top.")
  private long events;

  @Option(
      names = "--rate",
      paramLabel = "R",
      description = "Events a second (default: as fast as it goes).")
  private Optional<Double> rate = Optional.empty();

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "What everything random follows from (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--start",
      paramLabel = "TIME",
      description = "The time from which events happen, such as 2026-11-01T00:00:00Z.")
  private Optional<OffsetDateTime> start = Optional.empty();

  @Option(
      names = "--step",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "Mean time from one event to the next (default: 1ms); hours differ.")
  private Optional<Duration> step = Optional.empty();

  @Option(
      names = "--late",
      paramLabel = "P",
      defaultValue = "0",
      description = "Share of the events that come 2 minutes to 6 hours late, 0 to 1.")
  private double late;

  @Option(
      names = "--duplicates",
      paramLabel = "P",
      defaultValue = "0",
      description = "Copies as a share of the events; half follow at once, half far behind.")
  private double duplicates;

  @Option(
      names = "--malformed",
      paramLabel = "P",
      defaultValue = "0",
      description = "Records that the platform must refuse, as a share of the events.")
  private double malformed;

  @Option(
      names = "--incident",
      paramLabel = "KIND[:DURATION]",
      description = {
        "Something unusual at a random minute, for 5 minutes unless it says how long; may be given"
            + " several times. drop: events of a type and channel stay away; burst: five times as"
            + " many; fraud: one lead buys twice a second. The report says where each was."
      })
  private List<String> incidents = List.of();

  @Option(
      names = "--ledger",
      paramLabel = "FILE",
      description = "Adds a line of JSON for each record that was sent, in the order of sending.")
  private Optional<Path> ledger = Optional.empty();

  @Spec private CommandSpec spec;

  private List<Incident> planned = List.of();

  private final Clock clock;

  public ProduceCommand() {
    this(Clock.systemUTC());
  }

  ProduceCommand(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Integer call() {
    Shares shares = new Shares(late, duplicates, malformed);
    require(events >= 1, "--events is " + events + "; it must be 1 or more");
    rate.ifPresent(
        r -> require(r > 0 && r <= 1e9, "--rate is " + r + "; it must be above 0, up to 1e9"));
    step.ifPresent(
        s ->
            require(
                s.compareTo(Duration.of(1, ChronoUnit.MICROS)) >= 0,
                "--step is " + s + "; it must be a microsecond or more"));
    List<Incident.Wanted> wanted = incidents.stream().map(ProduceCommand::incident).toList();
    Optional<Instant> begin = checkedStart();
    planned = planned(wanted, begin.orElseGet(clock::instant));
    PlatformAddress kafka = platform.kafka();
    long began = System.nanoTime();
    Sending sending = new Sending("produce", events, rate, ledger);
    Optional<Settings.Postgresql> database = platform.postgresql();
    if (database.isEmpty()) {
      SendCounts counts = sending.to(kafka, () -> traffic(begin, shares, wanted));
      report(counts, OptionalLong.empty(), begin, (System.nanoTime() - began) / 1e9);
      return CommandFailure.DONE;
    }
    SendCounts counts;
    ProfileWriter profiles = ProfileWriter.start(database.get(), seed);
    try (profiles) {
      counts = sending.to(kafka, () -> traffic(begin, shares, wanted), List.of(profiles));
    }
    OptionalLong written = OptionalLong.of(profiles.written());
    report(counts, written, begin, (System.nanoTime() - began) / 1e9);
    return CommandFailure.DONE;
  }

  /** Where the events' times begin; empty where they follow the clock. */
  private Optional<Instant> checkedStart() {
    if (start.isEmpty() && step.isEmpty() && rate.isPresent()) {
      return Optional.empty();
    }
    Duration apart = step.orElse(DEFAULT_STEP);
    Instant now = clock.instant();
    try {
      Instant begin =
          start.isPresent() ? start.get().toInstant() : Timetable.startOfDaily(now, events, apart);
      require(
          !begin.isBefore(EARLIEST),
          "The events' times would begin at " + begin + "; none may be before " + EARLIEST);
      long last = Timetable.daily(begin, apart).timeOf(events - 1, 0);
      Instant end = Instant.EPOCH.plus(last, ChronoUnit.MICROS);
      require(
          !end.isAfter(now.plus(FURTHEST_AHEAD)),
          ("The events' times would run from %s to %s, but the platform refuses events from the"
                  + " future; choose an earlier --start, a shorter --step or fewer --events")
              .formatted(begin, end));
      return Optional.of(begin);
    } catch (ArithmeticException e) {
      throw CommandFailure.usage(
          "--events " + events + " with --step " + apart + " is longer than time itself", e);
    }
  }

  private Iterator<Outgoing> traffic(
      Optional<Instant> begin, Shares shares, List<Incident.Wanted> wanted) {
    Instant from = begin.orElseGet(clock::instant);
    Traffic traffic =
        begin.isPresent()
            ? Traffic.from(from, step.orElse(DEFAULT_STEP), seed, shares, events)
            : Traffic.live(from, rate.orElseThrow(), seed, shares, events);
    planned = planned(wanted, from);
    return planned.isEmpty() ? traffic : new IncidentTraffic(traffic, planned);
  }

  private static Incident.Wanted incident(String text) {
    try {
      return Incident.Wanted.parse(text, new DurationConverter()::convert);
    } catch (IllegalArgumentException | TypeConversionException e) {
      throw CommandFailure.usage("--incident is " + text + "; " + e.getMessage(), e);
    }
  }

  private List<Incident> planned(List<Incident.Wanted> wanted, Instant from) {
    if (wanted.isEmpty()) {
      return List.of();
    }
    boolean live = start.isEmpty() && step.isEmpty() && rate.isPresent();
    Timetable times =
        live
            ? Timetable.even(from, rate.orElseThrow())
            : Timetable.daily(from, step.orElse(DEFAULT_STEP));
    Instant end = Instant.EPOCH.plus(times.timeOf(events - 1, 0), ChronoUnit.MICROS);
    return IncidentPlan.of(wanted, seed, from, end);
  }

  private void report(
      SendCounts counts, OptionalLong profiles, Optional<Instant> begin, double seconds) {
    PrintWriter out = spec.commandLine().getOut();
    if (json.wanted()) {
      ObjectNode result = new ObjectMapper().createObjectNode();
      result.put("sent", counts.sent());
      result.put("events", counts.events());
      result.put("late", counts.late());
      result.put("duplicates", counts.duplicates());
      result.put("malformed", counts.malformed());
      ObjectNode reasons = result.putObject("malformed_by_reason");
      counts.malformedByReason().forEach((reason, n) -> reasons.put(reason.wireName(), n));
      profiles.ifPresent(written -> result.put("profiles", written));
      result.put("seed", seed);
      ArrayNode incidentNodes = result.putArray("incidents");
      planned.forEach(incident -> write(incidentNodes.addObject(), incident));
      // With it and the same options, the same records can be made again; a live stream has none.
      result.put("start", begin.map(Instant::toString).orElse(null));
      result.put("ledger", ledger.map(Path::toString).orElse(null));
      result.put("seconds", Math.round(seconds * 1_000) / 1_000.0);
      out.println(result);
    } else {
      out.printf(
          "Sent %d records in %.1f s: %d events (%d of them late), %d copies, %d malformed.%n",
          counts.sent(),
          seconds,
          counts.events(),
          counts.late(),
          counts.duplicates(),
          counts.malformed());
      planned.forEach(incident -> out.printf("Incident: %s.%n", incident.text()));
      profiles.ifPresent(written -> out.printf("Wrote profiles of %d leads.%n", written));
    }
    out.flush();
  }

  private static void write(ObjectNode node, Incident incident) {
    node.put("kind", incident.kind().wireName());
    node.put("from", incident.from().toString());
    node.put("to", incident.until().toString());
    node.put("event_type", incident.type().map(EventType::wireName).orElse(null));
    node.put("channel", incident.channel().orElse(null));
    node.put("lead_id", incident.lead().orElse(null));
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw CommandFailure.usage(otherwise);
    }
  }
}
