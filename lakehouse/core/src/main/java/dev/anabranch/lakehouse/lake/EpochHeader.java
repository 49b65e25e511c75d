package dev.anabranch.lakehouse.lake;

import java.util.Collections;
import java.util.OptionalLong;
import java.util.SortedMap;

/**
 * What a stream says of an epoch, or of several consecutive ones whose files were merged.
 *
 * @param firstEpoch the first epoch, inclusive
 * @param epoch the last epoch, inclusive; 0 is the beginning, before any record
 * @param from offsets where the first epoch begins
 * @param until offsets where the last epoch ends, exclusive
 * @param newestKafkaTimestamp of the records of the last epoch that had any, milliseconds
 * @param acceptedTotal events in tiles since the beginning of the stream; as are all totals
 * @param quarantinedTotal refused records
 * @param duplicatesTotal copies left out
 * @param lateTotal records, copies included, left out for lateness
 * @param watermark microseconds; events before it were late in this epoch
 * @param newestEventTimes by partition, microseconds: what the watermark follows
 * @param newestKafkaTimes by partition, milliseconds, of all records: how far it was read
 * @param newestAcceptedTimes by partition, milliseconds, of the records that were events: tells
 *     partitions without events
 */
public record EpochHeader(
    long firstEpoch,
    long epoch,
    Offsets from,
    Offsets until,
    OptionalLong newestKafkaTimestamp,
    long acceptedTotal,
    long quarantinedTotal,
    long duplicatesTotal,
    long lateTotal,
    OptionalLong watermark,
    SortedMap<Integer, Long> newestEventTimes,
    SortedMap<Integer, Long> newestKafkaTimes,
    SortedMap<Integer, Long> newestAcceptedTimes) {

  public EpochHeader {
    if (firstEpoch > epoch || !until.reaches(from)) {
      throw new IllegalArgumentException(
          "Epochs %d to %d, offsets %s to %s".formatted(firstEpoch, epoch, from, until));
    }
  }

  /** The header of epoch 0: nothing read yet, from this position on. */
  public static EpochHeader beginning(Offsets position) {
    return new EpochHeader(
        0,
        0,
        position,
        position,
        OptionalLong.empty(),
        0,
        0,
        0,
        0,
        OptionalLong.empty(),
        Collections.emptySortedMap(),
        Collections.emptySortedMap(),
        Collections.emptySortedMap());
  }

  /**
   * The header of this and the epochs that follow up to the other. Where the log was read again
   * from its beginning in between, it says where that reading began.
   */
  public EpochHeader upTo(EpochHeader last) {
    if (last.firstEpoch != epoch + 1) {
      throw new IllegalArgumentException(
          "Epoch %d does not follow epoch %d".formatted(last.firstEpoch, epoch));
    }
    return new EpochHeader(
        firstEpoch,
        last.epoch,
        last.until.reaches(from) ? from : last.from,
        last.until,
        last.newestKafkaTimestamp,
        last.acceptedTotal,
        last.quarantinedTotal,
        last.duplicatesTotal,
        last.lateTotal,
        last.watermark,
        last.newestEventTimes,
        last.newestKafkaTimes,
        last.newestAcceptedTimes);
  }
}
