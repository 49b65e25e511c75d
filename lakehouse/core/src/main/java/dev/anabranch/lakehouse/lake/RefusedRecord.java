package dev.anabranch.lakehouse.lake;

import dev.anabranch.lakehouse.event.Reason;
import java.util.Optional;

/**
 * A record that is not an event.
 *
 * @param kafkaTimestamp milliseconds since the epoch
 * @param value the bytes in full; empty where the record had none
 */
public record RefusedRecord(
    String topic,
    int partition,
    long offset,
    long kafkaTimestamp,
    Reason reason,
    String detail,
    Optional<byte[]> value) {}
