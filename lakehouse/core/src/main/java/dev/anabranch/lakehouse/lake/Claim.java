package dev.anabranch.lakehouse.lake;

/**
 * What came of asking a {@link Ledger} for a run.
 *
 * @param <R> the kind of run
 */
public sealed interface Claim<R> {
  /** The run is running now, for this call. */
  record Started<R>(R run) implements Claim<R> {}

  /** A run of that id runs or has succeeded. */
  record AlreadyThere<R>(R run) implements Claim<R> {}

  /** Another run is running. */
  record Busy<R>(R other) implements Claim<R> {}
}
