/**
 * Commits on S3 that are safe with several writers, by conditional creation alone: no lock table,
 * no single driver. Free of Spark. The module's README says how to use it and what it does not
 * protect from.
 */
package dev.anabranch.lakehouse.s3;
