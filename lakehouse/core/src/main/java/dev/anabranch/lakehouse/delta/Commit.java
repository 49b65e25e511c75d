package dev.anabranch.lakehouse.delta;

import java.util.List;
import java.util.Map;

/**
 * What one version of a table changed.
 *
 * @param version the version
 * @param snapshot true where {@code added} is the whole table at that version, which replaces what
 *     was known before
 * @param added files that the table gained
 * @param removed paths of files that it lost
 * @param transactions the last version by application id
 * @param dataChange false where the rows of the table stayed the same (a compaction)
 */
public record Commit(
    long version,
    boolean snapshot,
    List<DataFile> added,
    List<String> removed,
    Map<String, Long> transactions,
    boolean dataChange) {
  public Commit {
    added = List.copyOf(added);
    removed = List.copyOf(removed);
    transactions = Map.copyOf(transactions);
  }
}
