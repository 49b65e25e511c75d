package dev.anabranch.lakehouse.s3;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Listings of a table's log. A folder that is written to is not read at one instant, neither on a
 * disk nor by a store that keeps its objects on one: a listing may have a commit and lack an
 * earlier one, which Delta takes for a log with a hole in it. Commits are made in order, so what
 * lies between two that are there is there too.
 */
public final class LogListing {
  private static final Pattern COMMIT = Pattern.compile("[0-9]{20}\\.json");

  private LogListing() {}

  /**
   * Files by name, and the commits that lie between commits among them. One request for each that
   * the listing lacks.
   */
  public static Iterator<FileStatus> withoutHoles(Iterator<FileStatus> listed, FileSystem files)
      throws IOException {
    List<FileStatus> whole = new ArrayList<>();
    long before = -1;
    while (listed.hasNext()) {
      FileStatus file = listed.next();
      whole.add(file);
      String name = file.getPath().getName();
      if (!COMMIT.matcher(name).matches()) {
        continue;
      }
      long version = Long.parseLong(name.substring(0, name.indexOf('.')));
      for (long missing = before < 0 ? version : before + 1; missing < version; missing++) {
        find(new Path(file.getPath().getParent(), "%020d.json".formatted(missing)), files)
            .ifPresent(whole::add);
      }
      before = version;
    }
    whole.sort(Comparator.comparing(FileStatus::getPath));
    return whole.iterator();
  }

  private static Optional<FileStatus> find(Path commit, FileSystem files) throws IOException {
    try {
      return Optional.of(files.getFileStatus(commit));
    } catch (FileNotFoundException e) {
      // There is a hole indeed: that is for whoever asked to say.
      return Optional.empty();
    }
  }
}
