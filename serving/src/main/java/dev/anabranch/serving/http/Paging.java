package dev.anabranch.serving.http;

import dev.anabranch.serving.state.LakeState;
import dev.anabranch.serving.state.Snapshot;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** Where a request's list begins: in the newest snapshot, or where its cursor goes on. */
final class Paging<P> {
  /** Reads what a {@link Cursors.Part} wrote. */
  interface Reader<P> {
    P read(DataInputStream in) throws IOException;
  }

  private final LakeState lake;
  private final Cursors cursors;
  private final Cursors.Part scope;
  private final Snapshot snapshot;
  private final Optional<P> after;

  private Paging(
      LakeState lake, Cursors cursors, Cursors.Part scope, Snapshot snapshot, Optional<P> after) {
    this.lake = lake;
    this.cursors = cursors;
    this.scope = scope;
    this.snapshot = snapshot;
    this.after = after;
  }

  /**
   * The beginning of a request's list.
   *
   * @param scope the route and all parameters but the cursor
   * @throws ProblemException 400 where the cursor is none of this request, 410 where its snapshot
   *     is no longer kept
   */
  static <P> Paging<P> of(
      LakeState lake,
      Cursors cursors,
      Cursors.Part scope,
      Optional<String> cursor,
      Reader<P> reader) {
    if (cursor.isEmpty()) {
      return new Paging<>(lake, cursors, scope, lake.current(), Optional.empty());
    }
    Cursors.Place place = cursors.read(scope, cursor.get());
    Snapshot snapshot = lake.snapshots().find(place.snapshot()).orElseThrow(Cursors::gone);
    return new Paging<>(
        lake, cursors, scope, snapshot, Optional.of(read(place.position(), reader)));
  }

  static <P> P read(byte[] position, Reader<P> reader) {
    try {
      return reader.read(new DataInputStream(new ByteArrayInputStream(position)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Snapshot snapshot() {
    return snapshot;
  }

  Optional<P> after() {
    return after;
  }

  /** A cursor for what follows this position; its snapshot is kept from now on. */
  String next(Cursors.Part position) {
    lake.snapshots().pin(snapshot);
    return cursors.write(scope, snapshot.id(), position);
  }
}
