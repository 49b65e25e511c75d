package dev.anabranch.lakehouse.delta;

import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.io.InputFile;

/** How files are read, written and replaced on one kind of storage. Safe for several threads. */
interface Place {

  /** The content of a small file as one version of it had it; empty: there is none. */
  Optional<byte[]> read(Path file) throws IOException;

  /** Writes a small file in the place of the one that is there, in one step. */
  void replace(Path file, byte[] content) throws IOException;

  /** Begins a data file. */
  NewFile begin(Path file) throws IOException;

  /** A data file to read from. */
  InputFile input(Path file, long size) throws IOException;

  /** From now on a data file that Spark wrote lasts. */
  void sync(Path file) throws IOException;

  /**
   * Refuses a place where several writers would lose each other's commits.
   *
   * @throws IOException it is one, or cannot be reached
   */
  void requireSafeCommits(Path folder) throws IOException;

  /** What to look at where a write failed; a sentence. */
  String advice();
}
