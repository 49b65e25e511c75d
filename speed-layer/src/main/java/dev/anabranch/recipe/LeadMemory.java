package dev.anabranch.recipe;

import dev.anabranch.lakehouse.lead.HistoryCodec;
import dev.anabranch.lakehouse.lead.LeadHistory;
import dev.anabranch.lakehouse.model.ModelInput;
import dev.anabranch.lakehouse.spark.AcceptedEvents;
import java.sql.Timestamp;
import java.util.Iterator;
import java.util.Optional;
import org.apache.spark.api.java.function.MapGroupsWithStateFunction;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.GroupState;
import scala.Tuple2;

/** A lead's new events go into its history, which Spark keeps for it; out come its features. */
final class LeadMemory
    implements MapGroupsWithStateFunction<String, Row, byte[], Tuple2<Row, Timestamp>> {
  private static final long serialVersionUID = 1;

  /** A copy of one of the newest so many events counts no second time. */
  private static final int REMEMBERED_IDS = 256;

  /** A lead as a model takes it, and when its newest record was appended to the log. */
  static final Encoder<Tuple2<Row, Timestamp>> LEAD =
      Encoders.tuple(Encoders.row(ModelInput.SCHEMA), Encoders.TIMESTAMP());

  @Override
  public Tuple2<Row, Timestamp> call(String id, Iterator<Row> events, GroupState<byte[]> state) {
    LeadHistory history =
        state.exists() ? HistoryCodec.read(state.get()) : LeadHistory.remembering(REMEMBERED_IDS);
    Timestamp newest = new Timestamp(0);
    while (events.hasNext()) {
      Row event = events.next();
      history.add(AcceptedEvents.event(event));
      Timestamp appended = event.getAs("kafka_timestamp");
      newest = appended.after(newest) ? appended : newest;
    }
    state.update(HistoryCodec.write(history));
    return new Tuple2<>(ModelInput.row(history.features(id), Optional.empty()), newest);
  }
}
