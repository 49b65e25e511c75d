package dev.anabranch.lakehouse.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.timestamp_micros;
import static org.apache.spark.sql.functions.timestamp_millis;
import static org.apache.spark.sql.functions.to_date;

import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventType;
import dev.anabranch.lakehouse.event.EventValidator;
import dev.anabranch.lakehouse.event.Verdict;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Kafka records as events: the validator's verdict on each, accepted ones as rows, refused ones
 * counted in the same pass. Only records are counted: offsets have gaps where a transaction ended
 * or the topic was compacted.
 */
public final class AcceptedEvents {
  /** The columns of {@code master/events}; times in UTC, {@code amount} only in a purchase. */
  public static final StructType SCHEMA =
      new StructType()
          .add("event_id", DataTypes.StringType)
          .add("lead_id", DataTypes.StringType)
          .add("event_type", DataTypes.StringType)
          .add("channel", DataTypes.StringType)
          .add("page", DataTypes.StringType)
          .add("amount", DataTypes.createDecimalType(18, 2))
          .add("event_time", DataTypes.TimestampType)
          .add("kafka_timestamp", DataTypes.TimestampType)
          .add("kafka_partition", DataTypes.IntegerType)
          .add("kafka_offset", DataTypes.LongType)
          .add("event_date", DataTypes.DateType);

  /**
   * Beside the columns of {@link #SCHEMA} in judged records: for how many records the row stands.
   */
  public static final String RECORDS = "records";

  /** As the validator leaves it: times and money as integers. */
  private static final StructType VALIDATED =
      new StructType()
          .add("event_id", DataTypes.StringType)
          .add("lead_id", DataTypes.StringType)
          .add("event_type", DataTypes.StringType)
          .add("channel", DataTypes.StringType)
          .add("page", DataTypes.StringType)
          .add("amount_cents", DataTypes.LongType)
          .add("event_time_micros", DataTypes.LongType)
          .add("kafka_timestamp_millis", DataTypes.LongType)
          .add("kafka_partition", DataTypes.IntegerType)
          .add("kafka_offset", DataTypes.LongType)
          .add(RECORDS, DataTypes.LongType);

  private static final Column IS_EVENT = col("event_id").isNotNull();

  private AcceptedEvents() {}

  /**
   * Kafka's records, judged: a row for each accepted one, copies included, in the columns of {@link
   * #SCHEMA} and {@link #RECORDS}, and a few rows without an event that stand for all refused ones.
   *
   * @param records with Kafka's columns {@code value}, {@code timestamp}, {@code partition} and
   *     {@code offset}
   */
  public static Dataset<Row> judge(Dataset<Row> records) {
    Dataset<Row> validated =
        records
            .select(col("value"), expr("unix_millis(timestamp)"), col("partition"), col("offset"))
            .mapPartitions((MapPartitionsFunction<Row, Row>) Judged::new, Encoders.row(VALIDATED));
    Column eventTime = timestamp_micros(col("event_time_micros"));
    return validated.select(
        col("event_id"),
        col("lead_id"),
        col("event_type"),
        col("channel"),
        col("page"),
        money(col("amount_cents")).as("amount"),
        eventTime.as("event_time"),
        timestamp_millis(col("kafka_timestamp_millis")).as("kafka_timestamp"),
        col("kafka_partition"),
        col("kafka_offset"),
        to_date(eventTime).as("event_date"),
        col(RECORDS));
  }

  /** The events among judged records, in the columns of {@link #SCHEMA}. */
  public static Dataset<Row> accepted(Dataset<Row> judged) {
    return judged.filter(IS_EVENT).drop(RECORDS);
  }

  /** The event in a row of {@link #SCHEMA}. */
  public static Event event(Row row) {
    BigDecimal amount = row.getAs("amount");
    Timestamp time = row.getAs("event_time");
    return new Event(
        row.getAs("event_id"),
        row.getAs("lead_id"),
        EventType.ofWireName(row.getAs("event_type")).orElseThrow(),
        row.getAs("channel"),
        Optional.ofNullable(row.getAs("page")),
        amount == null ? 0 : amount.movePointRight(2).longValueExact(),
        ChronoUnit.MICROS.between(Instant.EPOCH, time.toInstant()));
  }

  /** Exact: 18 digits times 0.01 have 20 digits at most. */
  private static Column money(Column cents) {
    return cents.cast("decimal(18,0)").multiply(lit(new BigDecimal("0.01"))).cast("decimal(18,2)");
  }

  /**
   * Looks one row ahead for the next accepted record; the refused ones follow at the end, as one
   * row. One validator a partition.
   */
  private static final class Judged implements Iterator<Row> {
    private final EventValidator validator = new EventValidator();
    private final Iterator<Row> records;
    private long refused;
    private Row next;

    Judged(Iterator<Row> records) {
      this.records = records;
    }

    @Override
    public boolean hasNext() {
      while (next == null && records.hasNext()) {
        Row record = records.next();
        byte[] value = record.isNullAt(0) ? null : record.getAs(0);
        if (validator.validate(value, record.getLong(1)) instanceof Verdict.Accepted accepted) {
          next = event(accepted.event(), record);
        } else {
          refused++;
        }
      }
      if (next == null && refused > 0) {
        next = withoutEvent(refused);
        refused = 0;
      }
      return next != null;
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Row row = next;
      next = null;
      return row;
    }

    private static Row event(Event event, Row record) {
      return RowFactory.create(
          event.eventId(),
          event.leadId(),
          event.type().wireName(),
          event.channel(),
          event.page().orElse(null),
          event.type() == EventType.PURCHASE ? event.amountCents() : null,
          event.eventTimeMicros(),
          record.getLong(1),
          record.getInt(2),
          record.getLong(3),
          1L);
    }

    private static Row withoutEvent(long records) {
      return RowFactory.create(null, null, null, null, null, null, null, null, null, null, records);
    }
  }
}
