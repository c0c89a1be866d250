"""Coded values of UNIMARC, and those of MARC 21 that mean the same.

UNIMARC Manual (leader, 100, 105, 110, appendix C) and MARC 21 (leader, 008, relator list, country
list). What has no counterpart is not in a table, and becomes "no attempt to code".
"""


def _pairs(text: str) -> dict[str, str]:
    return {pair.partition(":")[0]: pair.partition(":")[2] for pair in text.split()}


# Leader/06.
MATERIALS = _pairs("a:a b:t c:c d:d e:e f:f g:g i:i j:j k:k l:m m:o r:r")
# Leader/17: completeness of the record.
LEVELS = {" ": " ", "1": "1", "2": "5", "3": "3"}
# 100 $a/8: type of publication date.
DATE_TYPES = _pairs("a:c b:d c:u d:s e:r f:q g:m h:t i:p j:e u:n")
# 100 $a/17: target audience.
AUDIENCES = _pairs("a:j b:a c:b d:c e:d k:e m:g") | {"u": " "}
# 100 $a/20: level of government.
GOVERNMENTS = _pairs("a:f b:s c:l d:l e:c f:i g:f h:o u:u z:z") | {"y": " "}
# 110 $a/0, 1 and 2: type, frequency and regularity of a continuing resource.
SERIALS = _pairs("a:p b:m c:n e:l f:d g:w")
FREQUENCIES = _pairs("a:d b:c c:w d:e e:s f:m g:b h:q i:t j:f k:a l:g m:h n:i o:j u:u z:z") | {
    "y": " "
}
REGULARITIES = _pairs("a:r b:n u:u y:x")

# Appendix C: relator codes.
RELATORS = _pairs(
    "005:act 010:adp 020:ann 030:arr 040:art 050:asg 060:asn 065:auc 070:aut 072:aqt "
    "075:aft 080:aui 090:aud 100:ant 110:bnd 120:bdd 130:bkd 140:bjd 150:bpd 160:bsl 170:cll "
    "180:ctg 190:cns 200:chr 205:clb 210:cmm 212:cwt 220:com 230:cmp 240:cmt "
    "245:ccp 250:cnd 255:csp 260:cph 270:crr 273:cur 275:dnc 280:dte 290:dto "
    "295:dgg 300:drt 305:dis 310:dst 320:dnr 330:dub 340:edt 350:egr 360:etr 365:exp 370:flm "
    "380:frg 390:fmo 400:fnd 420:hnr 430:ilu 440:ill 450:ins 460:ive 470:ivr 480:lbt "
    "490:lse 500:lso 510:ltg 520:lyr 530:mte 540:mon 545:mus 550:nrt 555:opn 557:orm 560:org "
    "570:oth 580:ppm 582:pta 587:pth 590:prf 595:res 600:pht 610:prt 620:pop "
    "630:pro 633:prd 635:prg 637:pdr 640:pfr 650:pbl 651:pbd 660:rcp 670:rce "
    "673:rth 675:rev 677:rtm 680:rbr 690:aus 695:sad 700:scr 705:scl 710:sec 720:sgn 721:sng "
    "723:spn 725:stn 727:ths 730:trl 740:tyd 750:tyg 753:vdg 755:voc 760:wde 770:wam"
)

# ISO 3166 -> MARC code list for countries.
COUNTRIES = {
    pair.partition(":")[0]: pair.partition(":")[2]
    for pair in (
        "AD:an AE:ts AF:af AL:aa AM:ai AO:ao AR:ag AT:au AU:at AZ:aj BA:bn BD:bg BE:be BF:uv "
        "BG:bu BH:ba BI:bd BJ:dm BN:bx BO:bo BR:bl BT:bt BW:bs BY:bw CA:xxc CD:cg CF:cx CG:cf "
        "CH:sz CI:iv CL:cl CM:cm CN:cc CO:ck CR:cr CU:cu CV:cv CY:cy CZ:xr DE:gw DJ:ft DK:dk "
        "DO:dr DZ:ae EC:ec EE:er EG:ua ES:sp ET:et FI:fi FJ:fj FR:fr GA:go GB:xxk GE:gs GF:fg "
        "GH:gh GM:gm GN:gv GP:gp GR:gr GT:gt GW:pg GY:gy HN:ho HR:ci HT:ht HU:hu ID:io IE:ie "
        "IL:is IN:ii IQ:iq IR:ir IS:ic IT:it JM:jm JO:jo JP:ja KE:ke KG:kg KH:cb KM:cq KP:kn "
        "KR:ko KW:ku KZ:kz LA:ls LB:le LI:lh LK:ce LR:lb LS:lo LT:li LU:lu LV:lv LY:ly MA:mr "
        "MC:mc MD:mv ME:mo MG:mg MK:xn ML:ml MM:br MN:mp MQ:mq MR:mu MT:mm MU:mf MV:xc MW:mw "
        "MX:mx MY:my MZ:mz NA:sx NC:nl NE:ng NG:nr NI:nq NL:ne NO:no NP:np NZ:nz OM:mk PA:pn "
        "PE:pe PF:fp PG:pp PH:ph PK:pk PL:pl PR:pr PT:po PY:py QA:qa RE:re RO:rm RS:rb RU:ru "
        "RW:rw SA:su SC:se SD:sj SE:sw SG:si SI:xv SK:xo SL:sl SM:sm SN:sg SO:so SR:sr SV:es "
        "SY:sy TD:cd TG:tg TH:th TJ:ta TL:em TM:tk TN:ti TR:tu TT:tr TW:ch TZ:tz UA:un UG:ug "
        "US:xxu UY:uy UZ:uz VA:vc VE:ve VN:vm YE:ye ZA:sa ZM:za ZW:rh"
    ).split()
}
