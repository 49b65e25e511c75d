package dev.anabranch.lakehouse.s3;

import java.io.IOException;

/**
 * Nobody knows whether an object was written: the store did not answer, and did not say afterwards
 * whose the object is, or has none yet although a request may still be under way. To be treated as
 * a failure after which the object may appear: look again before writing the same once more.
 */
public final class UnknownOutcomeException extends IOException {
  private static final long serialVersionUID = 1L;

  UnknownOutcomeException(String message, Throwable cause) {
    super(message, cause);
  }
}
