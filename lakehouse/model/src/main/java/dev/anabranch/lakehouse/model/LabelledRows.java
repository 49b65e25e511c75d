package dev.anabranch.lakehouse.model;

import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventType;
import dev.anabranch.lakehouse.lead.LeadFeatures;
import dev.anabranch.lakehouse.lead.LeadHistory;
import dev.anabranch.lakehouse.lead.ProfileSnapshot;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Training rows: what was known of a lead right after one of its events, and whether a purchase
 * followed. Point in time: a row is made before the program has looked at any later event.
 */
public final class LabelledRows {
  /** Whether a purchase followed within the horizon, 1 or 0. */
  public static final String LABEL = "label";

  public static final StructType SCHEMA = ModelInput.SCHEMA.add(LABEL, DataTypes.DoubleType);

  /** A lead gives at most so many rows, its first ones, so that no single lead is the model. */
  private static final int MOST_ROWS_A_LEAD = 500;

  private LabelledRows() {}

  /**
   * Rows of leads.
   *
   * @param events distinct ones, in the columns of {@code master/events}
   * @param profiles joined by lead; a lead without one has rows too
   * @param horizon how far ahead a purchase counts
   * @param share of all events that become rows, chosen by their ids, 0 to 1
   */
  public static Dataset<Row> of(
      Dataset<Row> events, ProfileSnapshot profiles, Duration horizon, double share) {
    Broadcast<ProfileSnapshot> known = broadcast(events, profiles);
    Choice choice =
        new Choice(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.EPOCH.plus(horizon)), share);
    return byLead(events)
        .mapPartitions(
            (MapPartitionsFunction<Row, Row>) rows -> new Rows(rows, known.value(), choice),
            Encoders.row(SCHEMA));
  }

  /** Every lead as of its last event, in the columns of {@link ModelInput#SCHEMA}. */
  public static Dataset<Row> latest(Dataset<Row> events, ProfileSnapshot profiles) {
    Broadcast<ProfileSnapshot> known = broadcast(events, profiles);
    return byLead(events)
        .mapPartitions(
            (MapPartitionsFunction<Row, Row>) rows -> new LatestRows(rows, known.value()),
            Encoders.row(ModelInput.SCHEMA));
  }

  private static Broadcast<ProfileSnapshot> broadcast(
      Dataset<Row> events, ProfileSnapshot profiles) {
    return JavaSparkContext.fromSparkContext(events.sparkSession().sparkContext())
        .broadcast(profiles);
  }

  /** The events of a lead behind one another, in the order in which they happened. */
  private static Dataset<Row> byLead(Dataset<Row> events) {
    return events
        .select(
            functions.col("lead_id"),
            functions.expr("unix_micros(event_time)").as("micros"),
            functions.col("event_id"),
            functions.col("event_type"),
            functions.col("channel"),
            functions.col("page"),
            functions.expr("cast(coalesce(amount, 0) * 100 as bigint)").as("cents"))
        .repartition(functions.col("lead_id"))
        .sortWithinPartitions("lead_id", "micros", "event_id");
  }

  private static Event event(Row row) {
    return new Event(
        row.getString(2),
        row.getString(0),
        EventType.ofWireName(row.getString(3)).orElseThrow(),
        row.getString(4),
        Optional.ofNullable(row.getString(5)),
        row.getLong(6),
        row.getLong(1));
  }

  private record Choice(long horizonMicros, double share) implements Serializable {
    boolean takes(Event event) {
      return ((event.eventId().hashCode() * 0x9E3779B9) >>> 1) < share * Integer.MAX_VALUE;
    }
  }

  /** One pass; it holds the rows whose horizon has not passed yet. */
  private static final class Rows implements Iterator<Row> {
    private final Iterator<Row> events;
    private final ProfileSnapshot profiles;
    private final Choice choice;
    private final Deque<LeadFeatures> open = new ArrayDeque<>();
    private final Deque<Row> ready = new ArrayDeque<>();
    private String lead = "";
    private LeadHistory history = LeadHistory.ofDistinct();
    private int rows;

    Rows(Iterator<Row> events, ProfileSnapshot profiles, Choice choice) {
      this.events = events;
      this.profiles = profiles;
      this.choice = choice;
    }

    @Override
    public boolean hasNext() {
      while (ready.isEmpty() && events.hasNext()) {
        take(event(events.next()));
      }
      if (ready.isEmpty()) {
        close(0);
      }
      return !ready.isEmpty();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return ready.remove();
    }

    private void take(Event event) {
      if (!event.leadId().equals(lead)) {
        close(0);
        lead = event.leadId();
        history = LeadHistory.ofDistinct();
        rows = 0;
      }
      long now = event.eventTimeMicros();
      while (!open.isEmpty() && open.peek().asOfMicros() + choice.horizonMicros() < now) {
        ready.add(labelled(open.remove(), 0));
      }
      if (event.type() == EventType.PURCHASE) {
        closeBefore(now);
      }
      history.add(event);
      if (choice.takes(event) && rows < MOST_ROWS_A_LEAD) {
        open.add(history.features(lead));
        rows++;
      }
    }

    /** A purchase: what is open and was before it has its answer. */
    private void closeBefore(long purchase) {
      while (!open.isEmpty() && open.peek().asOfMicros() < purchase) {
        ready.add(labelled(open.remove(), 1));
      }
    }

    private void close(double label) {
      while (!open.isEmpty()) {
        ready.add(labelled(open.remove(), label));
      }
    }

    private Row labelled(LeadFeatures features, double label) {
      Object[] values = ModelInput.values(features, profiles.of(features.leadId()));
      Object[] all = Arrays.copyOf(values, values.length + 1);
      all[values.length] = label;
      return RowFactory.create(all);
    }
  }

  /** One row a lead. */
  private static final class LatestRows implements Iterator<Row> {
    private final Iterator<Row> events;
    private final ProfileSnapshot profiles;
    private Optional<Event> ahead = Optional.empty();

    LatestRows(Iterator<Row> events, ProfileSnapshot profiles) {
      this.events = events;
      this.profiles = profiles;
      advance();
    }

    private void advance() {
      ahead = events.hasNext() ? Optional.of(event(events.next())) : Optional.empty();
    }

    @Override
    public boolean hasNext() {
      return ahead.isPresent();
    }

    @Override
    public Row next() {
      String lead = ahead.orElseThrow().leadId();
      LeadHistory history = LeadHistory.ofDistinct();
      while (ahead.isPresent() && ahead.get().leadId().equals(lead)) {
        history.add(ahead.get());
        advance();
      }
      return ModelInput.row(history.features(lead), profiles.of(lead));
    }
  }
}
