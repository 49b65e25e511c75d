package dev.anabranch.lakehouse.s3;

import java.io.IOException;

/** A store on which several writers would lose each other's commits. */
public final class UnsafeStoreException extends IOException {
  private static final long serialVersionUID = 1L;

  UnsafeStoreException(String message) {
    super(message);
  }
}
