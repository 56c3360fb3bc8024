/** What after-landing 2.9 says is enough for 9.x and 8.x alike, one thing on a line. */
export const GOOD_JAVA = `<?xml version="1.0" encoding="UTF-8"?>
<device>
  <deviceProtocol>SIP</deviceProtocol>
  <devicePool>
    <dateTimeSetting>
      <dateTemplate>D/M/Y</dateTemplate>
      <timeZone>GMT Standard/Daylight Time</timeZone>
      <ntps><ntp><name>192.0.2.10</name><ntpMode>Unicast</ntpMode></ntp></ntps>
    </dateTimeSetting>
    <callManagerGroup><members><member priority="0"><callManager>
      <ports><ethernetPhonePort>2000</ethernetPhonePort><sipPort>5060</sipPort><securedSipPort>5061</securedSipPort></ports>
      <processNodeName>192.0.2.10</processNodeName>
    </callManager></member></members></callManagerGroup>
  </devicePool>
  <sipProfile>
    <sipProxies><registerWithProxy>true</registerWithProxy></sipProxies>
    <sipCallFeatures><remoteCcEnable>true</remoteCcEnable></sipCallFeatures>
    <sipStack>
      <timerRegisterExpires>3600</timerRegisterExpires>
      <timerRegisterDelta>5</timerRegisterDelta>
    </sipStack>
    <preferredCodec>none</preferredCodec>
    <dtmfOutofBand>avt</dtmfOutofBand>
    <kpml>0</kpml>
    <natEnabled>false</natEnabled>
    <phoneLabel>201</phoneLabel>
    <sipLines>
      <line button="1">
        <featureID>9</featureID>
        <featureLabel>201</featureLabel>
        <proxy>USECALLMANAGER</proxy>
        <port>5060</port>
        <name>201</name>
        <displayName>201</displayName>
        <authName>201</authName>
        <authPassword>s3cretPW</authPassword>
        <contact>201</contact>
        <callWaiting>3</callWaiting>
      </line>
    </sipLines>
    <voipControlPort>5060</voipControlPort>
    <dialTemplate>dialplan.xml</dialTemplate>
  </sipProfile>
  <loadInformation>SIP42.9-4-2SR3-1S</loadInformation>
  <vendorConfig><webAccess>0</webAccess><sshAccess>1</sshAccess><someKeyOfCisco>1</someKeyOfCisco></vendorConfig>
  <versionStamp>20260101-1</versionStamp>
  <deviceSecurityMode>1</deviceSecurityMode>
  <transportLayerProtocol>2</transportLayerProtocol>
</device>
`;
