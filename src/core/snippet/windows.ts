import { macInPairs } from '../names/mac-address.ts';
import { VENDOR_CLASS_PREFIX } from '../who/vendor-class.ts';
import type { SnippetKind } from './kind.ts';
import { MODEL_SUFFIXES } from './vendor-texts.ts';
import { aim, labelLines, OURS } from './words.ts';

const FORGET = [
  `Remove-DhcpServerv4Policy -Name '${OURS}' -ErrorAction SilentlyContinue`,
  'foreach ($class in Get-DhcpServerv4Class -Type Vendor) {',
  `  if ($class.Name -like '${OURS} *') { Remove-DhcpServerv4Class -Name $class.Name -Type Vendor }`,
  '}',
];

/** A policy of the whole server. Its classes have to be there before it, and it has to go before them. */
export const WINDOWS: SnippetKind = {
  name: 'windows',
  product: 'the DHCP server of Windows Server 2012 and later',
  chooses: ['mac', 'vendor-class'],
  point: ({ chosen, server }) => [
    `# ${aim(chosen, server)}`,
    '# Run it on the DHCP server, in PowerShell as administrator. What an earlier run',
    '# left goes first. There is no setting for next-server: the phones have options',
    '# 150 and 66. Look at one phone first: an option of its scope may win.',
    ...FORGET,
    'if (-not (Get-DhcpServerv4OptionDefinition -OptionId 150 -ErrorAction SilentlyContinue)) {',
    "  Add-DhcpServerv4OptionDefinition -OptionId 150 -Name 'TFTP servers' -Type IPv4Address -MultiValued",
    '}',
    ...(chosen.by === 'mac'
      ? [
          '$macs = @(',
          ...chosen.phones.flatMap((phone) => [
            ...labelLines(phone, { mark: '  #', letters: 'ascii' }),
            `  '${macInPairs(phone.mac, '-')}'`,
          ]),
          ')',
          `Add-DhcpServerv4Policy -Name '${OURS}' -Condition OR -MacAddress (@('EQ') + $macs)`,
        ]
      : [
          '# Old SCCP images name no model and cannot be told from other Cisco phones',
          '# here: give those by their MAC.',
          '$models = @(',
          ...MODEL_SUFFIXES.map((suffix) => `  '${suffix}'`),
          ')',
          'foreach ($model in $models) {',
          `  Add-DhcpServerv4Class -Name "${OURS} $model" -Type Vendor -Data "${VENDOR_CLASS_PREFIX} $model"`,
          '}',
          '# The asterisk: the phones send a zero byte behind the text.',
          `$classes = $models | ForEach-Object { "${OURS} $_*" }`,
          `Add-DhcpServerv4Policy -Name '${OURS}' -Condition OR -VendorClass (@('EQ') + $classes)`,
        ]),
    `Set-DhcpServerv4OptionValue -PolicyName '${OURS}' -OptionId 150 -Value '${server}'`,
    `Set-DhcpServerv4OptionValue -PolicyName '${OURS}' -OptionId 66 -Value '${server}'`,
  ],
  undo: () => [
    '# Run it on the DHCP server, in PowerShell as administrator. The definition of',
    '# option 150 stays: it changes nothing.',
    ...FORGET,
  ],
};
