/** Keeps the lake small: what each kind of table needs, step by step, each safe to repeat. */
package dev.anabranch.batch.maintenance;
