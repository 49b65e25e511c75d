package dev.anabranch.serving.http;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes and reads cursors: opaque texts that say where in which snapshot a list goes on. A cursor
 * is signed with a key of this process, so what one says can be trusted once it has been read. It
 * names the process: after a restart it is known for one that has run out.
 *
 * <p>In base64url: 3 bytes of magic, 8 of the process, 8 of the request's other parameters (a
 * hash), 8 of the snapshot's id, the position, 16 of the signature, 4 of a checksum over all before
 * it, which tells a damaged cursor from one of another process.
 */
public final class Cursors {
  private static final byte[] MAGIC = {'a', 'b', 1};
  private static final int INSTANCE_BYTES = 8;
  private static final int SCOPE_BYTES = 8;
  private static final int SIGNATURE_BYTES = 16;
  private static final int CHECKSUM_BYTES = 4;
  private static final int HEAD_BYTES = MAGIC.length + INSTANCE_BYTES + SCOPE_BYTES + Long.BYTES;
  private static final int TAIL_BYTES = SIGNATURE_BYTES + CHECKSUM_BYTES;

  private final byte[] instance = new byte[INSTANCE_BYTES];
  private final byte[] key = new byte[32];

  public Cursors() {
    SecureRandom random = new SecureRandom();
    random.nextBytes(instance);
    random.nextBytes(key);
  }

  /** Writes a position, or the other parameters of a request. */
  interface Part {
    void write(DataOutputStream out) throws IOException;
  }

  /** Where a list goes on. */
  record Place(long snapshot, byte[] position) {}

  static byte[] bytes(Part part) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      part.write(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * A cursor for the rest of a list.
   *
   * @param scope the route and every other parameter: the cursor is good with the same ones only
   */
  String write(Part scope, long snapshot, Part position) {
    byte[] place = bytes(position);
    ByteBuffer cursor = ByteBuffer.allocate(HEAD_BYTES + place.length + TAIL_BYTES);
    cursor.put(MAGIC).put(instance).put(hash(scope)).putLong(snapshot).put(place);
    cursor.put(signature(cursor.array(), cursor.position()));
    cursor.putInt(checksum(cursor.array(), cursor.position()));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(cursor.array());
  }

  /**
   * What a cursor says.
   *
   * @throws ProblemException 400 where the text is no cursor, or one of another request; 410 where
   *     it is one of another process
   */
  Place read(Part scope, String text) {
    byte[] cursor = decode(text).orElseThrow(Cursors::invalid);
    int end = cursor.length - TAIL_BYTES;
    if (end < HEAD_BYTES
        || !Arrays.equals(cursor, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
        || ByteBuffer.wrap(cursor).getInt(cursor.length - CHECKSUM_BYTES)
            != checksum(cursor, cursor.length - CHECKSUM_BYTES)) {
      throw invalid();
    }
    ByteBuffer content = ByteBuffer.wrap(cursor, MAGIC.length, end - MAGIC.length);
    if (!Arrays.equals(take(content, INSTANCE_BYTES), instance)) {
      throw gone();
    }
    byte[] signature = Arrays.copyOfRange(cursor, end, end + SIGNATURE_BYTES);
    if (!MessageDigest.isEqual(signature, signature(cursor, end))) {
      throw invalid();
    }
    if (!Arrays.equals(take(content, SCOPE_BYTES), hash(scope))) {
      throw ProblemException.badParameter(
          "cursor",
          "Parameter cursor belongs to a request with other parameters; repeat those of the request"
              + " that it came from.");
    }
    long snapshot = content.getLong();
    return new Place(snapshot, take(content, content.remaining()));
  }

  /** The cursor was good once. */
  static ProblemException gone() {
    return new ProblemException(
        new Problem(
            410,
            "The snapshot of this cursor is no longer kept; begin again without a cursor.",
            Optional.of("cursor"),
            Map.of(),
            Map.of()));
  }

  private static ProblemException invalid() {
    return ProblemException.badParameter(
        "cursor",
        "Parameter cursor is not one that this server gave out; take next_cursor of an answer as it"
            + " is, or begin again without one.");
  }

  private static Optional<byte[]> decode(String text) {
    try {
      byte[] cursor = Base64.getUrlDecoder().decode(text);
      // One text a cursor: no padding, no stray bits.
      return Base64.getUrlEncoder().withoutPadding().encodeToString(cursor).equals(text)
          ? Optional.of(cursor)
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static byte[] take(ByteBuffer from, int size) {
    byte[] taken = new byte[size];
    from.get(taken);
    return taken;
  }

  private static byte[] hash(Part scope) {
    try {
      return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(bytes(scope)), SCOPE_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  private byte[] signature(byte[] content, int length) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      mac.update(content, 0, length);
      return Arrays.copyOf(mac.doFinal(), SIGNATURE_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has HmacSHA256", e);
    }
  }

  private static int checksum(byte[] content, int length) {
    CRC32 checksum = new CRC32();
    checksum.update(content, 0, length);
    return (int) checksum.getValue();
  }
}
