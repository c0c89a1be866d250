<?xml version="1.0" encoding="UTF-8"?>
<!-- The access points of bench.abs, for Zebra's DOM filter. -->
<xsl:stylesheet version="1.0"
    xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:z="http://indexdata.com/zebra-2.0"
    xmlns:m="http://www.loc.gov/MARC21/slim"
    exclude-result-prefixes="m">
  <xsl:output method="xml" encoding="UTF-8"/>

  <xsl:template match="text()"/>

  <xsl:template match="/">
    <xsl:apply-templates select="//m:record"/>
  </xsl:template>

  <xsl:template match="m:record">
    <z:record z:id="{normalize-space(m:controlfield[@tag='001'])}">
      <z:index name="any:w">
        <xsl:for-each select="m:datafield/m:subfield">
          <xsl:value-of select="concat(., ' ')"/>
        </xsl:for-each>
      </z:index>
      <xsl:apply-templates/>
    </z:record>
  </xsl:template>

  <xsl:template name="all">
    <xsl:param name="without" select="'0123456789'"/>
    <xsl:for-each select="m:subfield[not(contains($without, @code))]">
      <xsl:if test="position() &gt; 1"><xsl:text> </xsl:text></xsl:if>
      <xsl:value-of select="."/>
    </xsl:for-each>
  </xsl:template>

  <xsl:template match="m:controlfield[@tag='001']">
    <z:index name="Local-number:w Local-number:p">
      <xsl:value-of select="normalize-space(.)"/>
    </z:index>
  </xsl:template>

  <xsl:template match="m:controlfield[@tag='008']">
    <z:index name="Date-of-publication:w"><xsl:value-of select="substring(., 8, 4)"/></z:index>
    <z:index name="Code-language:w"><xsl:value-of select="substring(., 36, 3)"/></z:index>
  </xsl:template>

  <xsl:template match="m:datafield[@tag='010']">
    <z:index name="LC-card-number:w"><xsl:value-of select="m:subfield[@code='a']"/></z:index>
  </xsl:template>

  <xsl:template match="m:datafield[@tag='020']">
    <z:index name="ISBN:w"><xsl:value-of select="m:subfield[@code='a']"/></z:index>
  </xsl:template>

  <xsl:template match="m:datafield[@tag='022']">
    <z:index name="ISSN:w"><xsl:value-of select="m:subfield[@code='a']"/></z:index>
  </xsl:template>

  <xsl:template match="m:datafield[@tag='050']">
    <z:index name="LC-call-number:w"><xsl:call-template name="all"/></z:index>
  </xsl:template>

  <xsl:template match="m:datafield[@tag='082']">
    <z:index name="Dewey-classification:w"><xsl:value-of select="m:subfield[@code='a']"/></z:index>
  </xsl:template>

  <xsl:template match="m:datafield[@tag='100' or @tag='700']">
    <z:index name="Author:w Author:p Personal-name:w">
      <xsl:call-template name="all">
        <xsl:with-param name="without" select="'0123456789t'"/>
      </xsl:call-template>
    </z:index>
    <xsl:if test="m:subfield[@code='t']">
      <z:index name="Title:w"><xsl:value-of select="m:subfield[@code='t']"/></z:index>
    </xsl:if>
  </xsl:template>

  <xsl:template match="m:datafield[@tag='110' or @tag='710']">
    <z:index name="Author:w Author:p Corporate-name:w"><xsl:call-template name="all"/></z:index>
  </xsl:template>

  <xsl:template match="m:datafield[@tag='111' or @tag='711']">
    <z:index name="Author:w Author:p Conference-name:w"><xsl:call-template name="all"/></z:index>
  </xsl:template>

  <xsl:template match="m:datafield[@tag='130' or @tag='240' or @tag='730']">
    <z:index name="Title:w Title:p Title-uniform:w"><xsl:call-template name="all"/></z:index>
  </xsl:template>

  <xsl:template match="m:datafield[@tag='245']">
    <z:index name="Title:w Title:p Title:s">
      <xsl:call-template name="all">
        <xsl:with-param name="without" select="'0123456789c'"/>
      </xsl:call-template>
    </z:index>
    <z:index name="Author:w"><xsl:value-of select="m:subfield[@code='c']"/></z:index>
  </xsl:template>

  <xsl:template match="m:datafield[@tag='242' or @tag='246' or @tag='247' or @tag='740']">
    <z:index name="Title:w Title:p"><xsl:call-template name="all"/></z:index>
  </xsl:template>

  <xsl:template match="m:datafield[@tag='260' or @tag='264']">
    <z:index name="Place-publication:w"><xsl:value-of select="m:subfield[@code='a']"/></z:index>
    <z:index name="Publisher:w"><xsl:value-of select="m:subfield[@code='b']"/></z:index>
  </xsl:template>

  <xsl:template match="m:datafield[@tag='440' or @tag='490' or @tag='830']">
    <z:index name="Title-series:w"><xsl:call-template name="all"/></z:index>
  </xsl:template>

  <xsl:template match="m:datafield[@tag='500' or @tag='504' or @tag='505']">
    <z:index name="Note:w"><xsl:call-template name="all"/></z:index>
  </xsl:template>

  <xsl:template match="m:datafield[@tag='520']">
    <z:index name="Abstract:w"><xsl:call-template name="all"/></z:index>
  </xsl:template>

  <xsl:template match="m:datafield[starts-with(@tag, '6')]">
    <z:index name="Subject-heading:w Subject-heading:p"><xsl:call-template name="all"/></z:index>
  </xsl:template>
</xsl:stylesheet>
