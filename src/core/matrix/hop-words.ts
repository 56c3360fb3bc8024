/** A: documented by Cisco or seen first hand; B: community claim or inference. */
export type Level = 'A' | 'B';

/** The files through which a hop can be published. `<MAC>` and `NN` are filled in for the asking phone. */
export type TriggerFile =
  | 'OS79XX.TXT'
  | 'SIP<MAC>.cnf'
  | 'SIPDefault.cnf'
  | 'SEPDefault.cnf'
  | 'SEP<MAC>.cnf.xml'
  | 'XMLDefault.cnf.xml'
  | 'MGCDefault.cnf'
  | 'termNN.default.loads';

/** What a phone takes in one hop, and which of its programs takes it. */
export type HopKind =
  /** Old phone takes one image named in a config: `<load>.bin` (G1) or `<load>.sbn` (G2). */
  | 'image'
  /** Like `image`, and what is taken is the loader: after it the phone hunts. */
  | 'loader'
  /** The loader takes `<load>.loads`, then what differs of `.sbn` and `.sb2`. */
  | 'application'
  /** A running Java phone takes `<load>.loads` and its archives. */
  | 'java-load'
  /** A Java boot loader takes `termNN.default.loads` and its archives; afterwards it has the name `termNN.default`. */
  | 'boot-loader';
