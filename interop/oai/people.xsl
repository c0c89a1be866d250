<?xml version="1.0" encoding="UTF-8"?>
<!-- Answers of the OAI-PMH provider as pages for people, in Vietnamese and English. The server
     applies it for browsers; a browser that still knows XSLT 1.0 can apply it to the XML itself. -->
<xsl:stylesheet version="1.0"
    xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:o="http://www.openarchives.org/OAI/2.0/"
    xmlns:id="http://www.openarchives.org/OAI/2.0/oai-identifier"
    xmlns:f="http://www.openarchives.org/OAI/2.0/friends/"
    xmlns:b="http://www.openarchives.org/OAI/2.0/branding/"
    xmlns:r="http://www.openarchives.org/OAI/2.0/rights/"
    xmlns:p="http://www.openarchives.org/OAI/2.0/provenance"
    xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"
    xmlns:s="urn:interop:search"
    xmlns:m="http://www.loc.gov/MARC21/slim"
    exclude-result-prefixes="s o id f b r p oai_dc m">

  <xsl:output method="html" encoding="UTF-8" doctype-system="about:legacy-compat" indent="no"/>
  <xsl:param name="lang">vi</xsl:param>

  <xsl:variable name="base" select="string(/o:OAI-PMH/o:request)"/>
  <xsl:variable name="root" select="substring-before(concat($base, '/'), '/oai/')"/>
  <xsl:variable name="under" select="substring-after($base, '/oai/')"/>
  <xsl:variable name="search">
    <xsl:value-of select="concat($root, '/search/', $under)"/>
    <!-- A province is searched (interop/oai/search.py), but listed under the union. -->
    <xsl:if test="$under = '' and not(/o:OAI-PMH/s:found)">union</xsl:if>
    <xsl:if test="$under = ''"><xsl:value-of select="/o:OAI-PMH/s:found/@database"/></xsl:if>
  </xsl:variable>
  <xsl:variable name="verb" select="string(/o:OAI-PMH/o:request/@verb)"/>
  <xsl:variable name="prefix">
    <xsl:choose>
      <xsl:when test="/o:OAI-PMH/o:request/@metadataPrefix">
        <xsl:value-of select="/o:OAI-PMH/o:request/@metadataPrefix"/>
      </xsl:when>
      <xsl:otherwise>oai_dc</xsl:otherwise>
    </xsl:choose>
  </xsl:variable>

  <xsl:template match="/">
    <html lang="{$lang}">
      <head>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <title>OAI-PMH <xsl:value-of select="concat($verb, ' ', $base)"/></title>
        <style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 66rem; padding: 1rem; color: #1a1a1a; }
body.vi .en, body.en .vi { display: none; }
nav a, nav button { margin-right: .8rem; }
nav .languages { float: right; }
button { font: inherit; }
h1 { font-size: 1.3rem; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .2rem .6rem .2rem 0; border-bottom: 1px solid #e4e4e4; overflow-wrap: anywhere; }
th { font-weight: 600; width: 12rem; }
article { border: 1px solid #ccc; border-radius: 6px; padding: .6rem 1rem; margin: 1rem 0; }
.deleted { color: #a00000; } .error { background: #fdecec; padding: .6rem 1rem; }
fieldset { border: 1px solid #ddd; border-radius: 6px; margin: .6rem 0; } label { margin-right: .8rem; }
code { white-space: pre-wrap; }
code, .xml { font-family: ui-monospace, monospace; font-size: .85rem; } .xml div { margin-left: 1rem; }
.more { font-size: 1.1rem; padding: .6rem 0; }
        </style>
        <script>
function language(l) {
  document.body.className = l; document.documentElement.lang = l;
  document.cookie = 'lang=' + l + ';path=/;max-age=31536000;samesite=lax';
}
function filled(form) {
  for (const each of form.elements) if (each.name) each.disabled = !each.value;
}
addEventListener('DOMContentLoaded', () => {
  const kept = /(?:^|; )lang=(vi|en)/.exec(document.cookie);
  if (kept) language(kept[1]);
});
addEventListener('pageshow', () => {
  for (const each of document.querySelectorAll('form [name]')) each.disabled = false;
});
        </script>
      </head>
      <body class="{$lang}">
        <nav>
          <span class="languages">
            <button type="button" lang="vi" onclick="language('vi')">Tiếng Việt</button>
            <button type="button" lang="en" onclick="language('en')">English</button>
          </span>
          <a href="{$root}/"><span class="vi">Trang chủ</span><span class="en">Home</span></a>
          <a href="{$base}?verb=Identify"><span class="vi">Kho dữ liệu</span><span class="en">Repository</span></a>
          <a href="{$base}?verb=ListRecords&amp;metadataPrefix=oai_dc"><span class="vi">Biểu ghi</span><span class="en">Records</span></a>
          <a href="{$base}?verb=ListSets"><span class="vi">Bộ</span><span class="en">Sets</span></a>
          <a href="{$base}?verb=ListMetadataFormats"><span class="vi">Định dạng</span><span class="en">Formats</span></a>
          <a href="{$base}?verb=ListIdentifiers&amp;metadataPrefix=oai_dc"><span class="vi">Định danh</span><span class="en">Identifiers</span></a>
        </nav>
        <h1><xsl:value-of select="$base"/></h1>
        <xsl:call-template name="forms"/>
        <main><xsl:apply-templates select="/o:OAI-PMH/*[not(self::o:responseDate or self::o:request)]"/></main>
        <p>
          <span class="vi">Trả lời lúc </span><span class="en">Answered at </span>
          <xsl:value-of select="/o:OAI-PMH/o:responseDate"/>.
          <span class="vi">Máy thu hoạch nhận cùng nội dung này dưới dạng XML (OAI-PMH 2.0).</span>
          <span class="en">Harvesters get the same as XML (OAI-PMH 2.0).</span>
        </p>
      </body>
    </html>
  </xsl:template>

  <xsl:template name="forms">
    <form action="{$search}" method="get">
      <fieldset>
        <legend><span class="vi">Tìm trong cơ sở dữ liệu này</span><span class="en">Search this database</span></legend>
        <input type="search" name="query" size="40" required="required" placeholder="Nguyễn Du" value="{/o:OAI-PMH/s:found/@query}"/>
        <button><span class="vi">Tìm</span><span class="en">Search</span></button>
      </fieldset>
    </form>
    <form action="{$base}" method="get" onsubmit="filled(this)">
      <fieldset>
        <legend><span class="vi">Duyệt</span><span class="en">Browse</span></legend>
        <input type="hidden" name="verb" value="ListRecords"/>
        <label><span class="vi">Định dạng</span><span class="en">Format</span>
          <xsl:text> </xsl:text><input name="metadataPrefix" value="{$prefix}" size="8" required="required"/></label>
        <label><span class="vi">Bộ</span><span class="en">Set</span>
          <xsl:text> </xsl:text><input name="set" value="{/o:OAI-PMH/o:request/@set}" size="14"/></label>
        <label><span class="vi">Từ</span><span class="en">From</span>
          <xsl:text> </xsl:text><input name="from" value="{/o:OAI-PMH/o:request/@from}" size="10" placeholder="2025-07-01"/></label>
        <label><span class="vi">Đến</span><span class="en">Until</span>
          <xsl:text> </xsl:text><input name="until" value="{/o:OAI-PMH/o:request/@until}" size="10"/></label>
        <button><span class="vi">Liệt kê</span><span class="en">List</span></button>
      </fieldset>
    </form>
    <form action="{$base}" method="get">
      <fieldset>
        <legend><span class="vi">Một biểu ghi</span><span class="en">One record</span></legend>
        <input type="hidden" name="verb" value="GetRecord"/>
        <input type="hidden" name="metadataPrefix" value="{$prefix}"/>
        <label><span class="vi">Định danh</span><span class="en">Identifier</span>
          <xsl:text> </xsl:text><input name="identifier" value="{/o:OAI-PMH/o:request/@identifier}" size="40" required="required"/></label>
        <button><span class="vi">Xem</span><span class="en">Show</span></button>
      </fieldset>
    </form>
  </xsl:template>

  <!-- Hits of a search (interop/oai/search.py). -->
  <xsl:template match="s:found">
    <p class="found"><xsl:value-of select="@total"/><xsl:text> </xsl:text><span class="vi">biểu ghi tìm thấy</span><span class="en">records found</span></p>
  </xsl:template>

  <xsl:template match="s:more">
    <xsl:if test="@start &gt; 0">
      <xsl:variable name="words"><xsl:call-template name="encode"><xsl:with-param name="text" select="string(@query)"/></xsl:call-template></xsl:variable>
      <p class="more"><a rel="next" href="{$search}?query={$words}&amp;start={@start}"><span class="vi">Trang sau →</span><span class="en">Next page →</span></a></p>
    </xsl:if>
  </xsl:template>

  <xsl:template match="o:error">
    <p class="error"><strong><xsl:value-of select="@code"/></strong>: <xsl:value-of select="."/></p>
  </xsl:template>

  <xsl:template match="o:Identify">
    <h2><xsl:value-of select="o:repositoryName"/></h2>
    <xsl:for-each select="o:description/b:branding/b:collectionIcon">
      <p><a href="{b:link}"><img src="{b:url}" alt="{b:title}" height="64"/></a></p>
    </xsl:for-each>
    <table>
      <xsl:for-each select="o:adminEmail">
        <tr><th><span class="vi">Liên hệ</span><span class="en">Contact</span></th><td><a href="mailto:{.}"><xsl:value-of select="."/></a></td></tr>
      </xsl:for-each>
      <tr><th><span class="vi">Dấu thời gian sớm nhất</span><span class="en">Earliest datestamp</span></th><td><xsl:value-of select="o:earliestDatestamp"/></td></tr>
      <tr><th><span class="vi">Biểu ghi đã xóa</span><span class="en">Deleted records</span></th><td><xsl:value-of select="o:deletedRecord"/></td></tr>
      <tr><th><span class="vi">Độ mịn thời gian</span><span class="en">Granularity</span></th><td><xsl:value-of select="o:granularity"/></td></tr>
      <xsl:for-each select="o:description/id:oai-identifier/id:sampleIdentifier">
        <tr><th><span class="vi">Ví dụ</span><span class="en">Example</span></th><td><xsl:call-template name="record-link"><xsl:with-param name="identifier" select="string(.)"/></xsl:call-template></td></tr>
      </xsl:for-each>
      <xsl:for-each select="o:description/r:rightsManifest/r:rights/r:rightsReference">
        <tr><th><span class="vi">Quyền</span><span class="en">Rights</span></th><td><a href="{@ref}"><xsl:value-of select="@ref"/></a></td></tr>
      </xsl:for-each>
    </table>
    <xsl:if test="o:description/f:friends">
      <h3><span class="vi">Các kho khác</span><span class="en">Other repositories</span></h3>
      <ul>
        <xsl:for-each select="o:description/f:friends/f:baseURL">
          <li><a href="{.}?verb=Identify"><xsl:value-of select="."/></a></li>
        </xsl:for-each>
      </ul>
    </xsl:if>
  </xsl:template>

  <xsl:template match="o:ListSets">
    <table>
      <xsl:for-each select="o:set">
        <tr>
          <th><a href="{$base}?verb=ListRecords&amp;metadataPrefix=oai_dc&amp;set={o:setSpec}"><xsl:value-of select="o:setSpec"/></a></th>
          <td><xsl:value-of select="o:setName"/></td>
        </tr>
      </xsl:for-each>
    </table>
    <xsl:apply-templates select="o:resumptionToken"/>
  </xsl:template>

  <xsl:template match="o:ListMetadataFormats">
    <table>
      <xsl:for-each select="o:metadataFormat">
        <tr>
          <th><a href="{$base}?verb=ListRecords&amp;metadataPrefix={o:metadataPrefix}"><xsl:value-of select="o:metadataPrefix"/></a></th>
          <td><xsl:value-of select="o:metadataNamespace"/><br/><a href="{o:schema}"><xsl:value-of select="o:schema"/></a></td>
        </tr>
      </xsl:for-each>
    </table>
  </xsl:template>

  <xsl:template match="o:ListRecords | o:GetRecord">
    <xsl:apply-templates select="o:record"/>
    <xsl:apply-templates select="o:resumptionToken"/>
  </xsl:template>

  <xsl:template match="o:ListIdentifiers">
    <table><xsl:apply-templates select="o:header"/></table>
    <xsl:apply-templates select="o:resumptionToken"/>
  </xsl:template>

  <xsl:template match="o:ListIdentifiers/o:header">
    <tr>
      <td><xsl:call-template name="record-link"><xsl:with-param name="identifier" select="string(o:identifier)"/></xsl:call-template></td>
      <td><xsl:value-of select="o:datestamp"/><xsl:call-template name="status"/></td>
      <td><xsl:apply-templates select="o:setSpec"/></td>
    </tr>
  </xsl:template>

  <xsl:template match="o:record">
    <article>
      <p>
        <xsl:call-template name="record-link"><xsl:with-param name="identifier" select="string(o:header/o:identifier)"/></xsl:call-template>
        · <xsl:value-of select="o:header/o:datestamp"/>
        <xsl:for-each select="o:header"><xsl:call-template name="status"/></xsl:for-each>
        · <xsl:apply-templates select="o:header/o:setSpec"/>
      </p>
      <xsl:apply-templates select="o:metadata/*"/>
      <xsl:apply-templates select="o:about/*"/>
    </article>
  </xsl:template>

  <xsl:template name="status">
    <xsl:if test="@status = 'deleted'">
      <strong class="deleted"><xsl:text> </xsl:text><span class="vi">đã xóa</span><span class="en">deleted</span></strong>
    </xsl:if>
  </xsl:template>

  <xsl:template match="o:setSpec">
    <a href="{$base}?verb=ListRecords&amp;metadataPrefix={$prefix}&amp;set={.}"><xsl:value-of select="."/></a>
    <xsl:text> </xsl:text>
  </xsl:template>

  <xsl:template match="o:resumptionToken">
    <p class="more">
      <xsl:if test="@completeListSize">
        <xsl:value-of select="@cursor"/>+ / <xsl:value-of select="@completeListSize"/><xsl:text> </xsl:text>
      </xsl:if>
      <xsl:if test="string(.)">
        <a rel="next" href="{$base}?verb={$verb}&amp;resumptionToken={.}"><span class="vi">Trang sau →</span><span class="en">Next page →</span></a>
      </xsl:if>
    </p>
  </xsl:template>

  <!-- Metadata: Dublin Core and MARC as tables, everything else as an outline. -->
  <xsl:template match="oai_dc:dc">
    <table>
      <xsl:for-each select="*">
        <tr><th><xsl:value-of select="local-name()"/></th><td><xsl:call-template name="value"/></td></tr>
      </xsl:for-each>
    </table>
  </xsl:template>

  <xsl:template match="m:record">
    <table class="marc">
      <tr><th>LDR</th><td><code><xsl:value-of select="m:leader"/></code></td></tr>
      <xsl:for-each select="m:controlfield | m:datafield">
        <tr>
          <th><code><xsl:value-of select="concat(@tag, ' ', translate(concat(@ind1, @ind2), ' ', '_'))"/></code></th>
          <td>
            <xsl:if test="not(m:subfield)"><code><xsl:value-of select="."/></code></xsl:if>
            <xsl:for-each select="m:subfield"><b>$<xsl:value-of select="@code"/></b><xsl:text> </xsl:text><xsl:call-template name="value"/><xsl:text> </xsl:text></xsl:for-each>
          </td>
        </tr>
      </xsl:for-each>
    </table>
  </xsl:template>

  <xsl:template match="o:metadata/* | o:about/*" priority="-0.2">
    <div class="xml"><xsl:call-template name="outline"/></div>
  </xsl:template>

  <xsl:template name="outline">
    <div>
      <b><xsl:value-of select="local-name()"/></b>
      <xsl:for-each select="@*[not(local-name() = 'schemaLocation')]"><xsl:value-of select="concat(' ', local-name(), '=', .)"/></xsl:for-each>
      <xsl:text> </xsl:text>
      <xsl:if test="not(*)"><xsl:call-template name="value"/></xsl:if>
      <xsl:for-each select="*"><xsl:call-template name="outline"/></xsl:for-each>
    </div>
  </xsl:template>

  <xsl:template match="r:rights">
    <p><span class="vi">Quyền: </span><span class="en">Rights: </span><a href="{r:rightsReference/@ref}"><xsl:value-of select="r:rightsReference/@ref"/></a></p>
  </xsl:template>

  <xsl:template match="p:provenance">
    <p><span class="vi">Nguồn gốc: </span><span class="en">Provenance: </span>
      <xsl:for-each select=".//p:originDescription">
        <xsl:if test="position() &gt; 1"> ← </xsl:if>
        <a href="{p:baseURL}?verb=Identify"><xsl:value-of select="p:baseURL"/></a>
        (<xsl:value-of select="p:identifier"/>, <xsl:value-of select="p:datestamp"/>)
      </xsl:for-each>
    </p>
  </xsl:template>

  <xsl:template name="value">
    <xsl:choose>
      <xsl:when test="starts-with(., 'http://') or starts-with(., 'https://')">
        <a href="{.}"><xsl:value-of select="."/></a>
      </xsl:when>
      <xsl:otherwise><xsl:value-of select="."/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="record-link">
    <xsl:param name="identifier"/>
    <xsl:variable name="encoded">
      <xsl:call-template name="encode"><xsl:with-param name="text" select="$identifier"/></xsl:call-template>
    </xsl:variable>
    <a href="{$base}?verb=GetRecord&amp;metadataPrefix={$prefix}&amp;identifier={$encoded}"><xsl:value-of select="$identifier"/></a>
  </xsl:template>

  <!-- What means something in a query string, percent-encoded; %25 first. -->
  <xsl:template name="encode">
    <xsl:param name="text"/>
    <xsl:param name="characters">%&amp;+#</xsl:param>
    <xsl:variable name="first" select="substring($characters, 1, 1)"/>
    <xsl:choose>
      <xsl:when test="$first = ''"><xsl:value-of select="$text"/></xsl:when>
      <xsl:otherwise>
        <xsl:variable name="done">
          <xsl:call-template name="replace">
            <xsl:with-param name="text" select="$text"/>
            <xsl:with-param name="old" select="$first"/>
            <xsl:with-param name="new">
              <xsl:choose>
                <xsl:when test="$first = '%'">%25</xsl:when>
                <xsl:when test="$first = '&amp;'">%26</xsl:when>
                <xsl:when test="$first = '+'">%2B</xsl:when>
                <xsl:otherwise>%23</xsl:otherwise>
              </xsl:choose>
            </xsl:with-param>
          </xsl:call-template>
        </xsl:variable>
        <xsl:call-template name="encode">
          <xsl:with-param name="text" select="string($done)"/>
          <xsl:with-param name="characters" select="substring($characters, 2)"/>
        </xsl:call-template>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="replace">
    <xsl:param name="text"/>
    <xsl:param name="old"/>
    <xsl:param name="new"/>
    <xsl:choose>
      <xsl:when test="contains($text, $old)">
        <xsl:value-of select="concat(substring-before($text, $old), $new)"/>
        <xsl:call-template name="replace">
          <xsl:with-param name="text" select="substring-after($text, $old)"/>
          <xsl:with-param name="old" select="$old"/>
          <xsl:with-param name="new" select="$new"/>
        </xsl:call-template>
      </xsl:when>
      <xsl:otherwise><xsl:value-of select="$text"/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>
</xsl:stylesheet>
