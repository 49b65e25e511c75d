package dev.anabranch.lakehouse.s3;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A name that one write of one object has, kept in the object's own metadata. Whoever did not hear
 * the answer to a write, or heard one that may be about an earlier try, reads the object's mark and
 * knows whose object it is.
 *
 * @param id unique to the write, not to the writer: a writer may write the same key twice
 */
record WriterMark(UUID id) {
  /** S3 gives back the names of user metadata in lower case. */
  private static final String NAME = "anabranch-write";

  private static final String OPTION = "fs.s3a.create.header." + NAME;
  private static final String ATTRIBUTE = "header." + NAME;

  /** Whose the object at a path is. */
  enum Owner {
    THIS_WRITE,
    ANOTHER,
    NOBODY
  }

  static WriterMark fresh() {
    return new WriterMark(UUID.randomUUID());
  }

  void put(FSDataOutputStreamBuilder<?, ?> file) {
    file.must(OPTION, id.toString());
  }

  /**
   * Asks the store, with one HEAD.
   *
   * @throws IOException the store does not answer, so nobody knows
   */
  Owner owner(FileSystem fileSystem, Path path) throws IOException {
    byte[] mark;
    try {
      mark = fileSystem.getXAttrs(path).get(ATTRIBUTE);
    } catch (FileNotFoundException absent) {
      return Owner.NOBODY;
    }
    // No mark: by a writer that knows of none, Delta's default log store say. Not by this one.
    return mark != null && id.toString().equals(new String(mark, StandardCharsets.UTF_8))
        ? Owner.THIS_WRITE
        : Owner.ANOTHER;
  }
}
