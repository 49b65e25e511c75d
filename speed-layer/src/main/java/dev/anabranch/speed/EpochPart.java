package dev.anabranch.speed;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.view.Tiles;
import dev.anabranch.lakehouse.view.Views;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What one task made of its share of an epoch; the parts of an epoch merge.
 *
 * @param tiles by view
 * @param accepted events in tiles
 * @param duplicates copies left out
 * @param late records left out for lateness, copies included
 * @param quarantined refused records
 * @param newestKafkaTimes by partition, milliseconds, of all records
 * @param newestAcceptedTimes as these, of the records that passed the validator
 * @param newestEventTimes by partition, microseconds, of the events that passed the validator
 * @param refused files of refused records, which no commit names yet
 * @param stateRows how many events the state remembers after the epoch; 0 without state
 */
public record EpochPart(
    Map<String, Tiles> tiles,
    long accepted,
    long duplicates,
    long late,
    long quarantined,
    Map<Integer, Long> newestKafkaTimes,
    Map<Integer, Long> newestAcceptedTimes,
    Map<Integer, Long> newestEventTimes,
    List<DataFile> refused,
    long stateRows)
    implements Serializable {

  /** This part, with the size of the state behind it. */
  public EpochPart withStateRows(long rows) {
    return new EpochPart(
        tiles,
        accepted,
        duplicates,
        late,
        quarantined,
        newestKafkaTimes,
        newestAcceptedTimes,
        newestEventTimes,
        refused,
        rows);
  }

  /** The whole epoch. */
  public static EpochPart merge(List<EpochPart> parts) {
    Map<String, Tiles> tiles = new HashMap<>();
    Views.ALL.forEach(
        view ->
            tiles.put(
                view.name(),
                Tiles.merge(view, parts.stream().map(p -> p.tiles.get(view.name())).toList())));
    List<DataFile> refused = new ArrayList<>();
    parts.forEach(part -> refused.addAll(part.refused));
    return new EpochPart(
        tiles,
        parts.stream().mapToLong(EpochPart::accepted).sum(),
        parts.stream().mapToLong(EpochPart::duplicates).sum(),
        parts.stream().mapToLong(EpochPart::late).sum(),
        parts.stream().mapToLong(EpochPart::quarantined).sum(),
        newest(parts.stream().map(EpochPart::newestKafkaTimes)),
        newest(parts.stream().map(EpochPart::newestAcceptedTimes)),
        newest(parts.stream().map(EpochPart::newestEventTimes)),
        refused,
        parts.stream().mapToLong(EpochPart::stateRows).sum());
  }

  /** The latest of each partition. */
  public static Map<Integer, Long> newest(Stream<Map<Integer, Long>> times) {
    Map<Integer, Long> result = new HashMap<>();
    times.forEach(
        map -> map.forEach((partition, time) -> result.merge(partition, time, Math::max)));
    return result;
  }
}
