/** Failures that a user can meet. */
package dev.anabranch.lakehouse.error;
