package dev.anabranch.speed;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableTail;
import dev.anabranch.lakehouse.lake.TileFiles;
import dev.anabranch.lakehouse.lake.TileFiles.EpochFile;
import dev.anabranch.lakehouse.view.Views;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;

/** Reads epochs back from a stream's table. */
final class EpochsBack {
  private EpochsBack() {}

  /**
   * The epochs from one, inclusive, to another, exclusive, in order; empty where one of them is no
   * longer there. Files are read from the newest back.
   */
  static List<EpochFile> between(Storage storage, Path table, long from, long until) {
    TableTail tail = new TableTail(storage, table);
    tail.poll();
    Deque<DataFile> files =
        tail.files().stream()
            .sorted(Comparator.comparing(DataFile::modificationTime).reversed())
            .collect(Collectors.toCollection(ArrayDeque::new));
    Deque<EpochFile> found = new ArrayDeque<>();
    long wanted = until;
    while (!files.isEmpty() && wanted > from) {
      EpochFile file = TileFiles.read(storage, files.remove(), Views.ALL);
      if (file.header().firstEpoch() < until) {
        found.add(file);
        wanted = Math.min(wanted, file.header().firstEpoch());
      }
    }
    List<EpochFile> inOrder =
        found.stream().sorted(Comparator.comparingLong(file -> file.header().epoch())).toList();
    return isWhole(inOrder, from, until) ? inOrder : List.of();
  }

  private static boolean isWhole(List<EpochFile> files, long from, long until) {
    long next = from;
    for (EpochFile file : files) {
      if (file.header().firstEpoch() > next) {
        return false;
      }
      next = file.header().epoch() + 1;
    }
    return next == until;
  }
}
