/** Providers that give addresses to everybody: such a domain says nothing about where somebody works. */
export const PUBLIC_MAIL_DOMAINS: ReadonlySet<string> = new Set(
	(
		'gmail.com googlemail.com outlook.com hotmail.com hotmail.co.uk hotmail.de hotmail.fr hotmail.it live.com live.de live.co.uk ' +
		'msn.com yahoo.com yahoo.co.uk yahoo.de yahoo.fr yahoo.it yahoo.es yahoo.co.jp ymail.com rocketmail.com aol.com ' +
		'icloud.com me.com mac.com gmx.de gmx.net gmx.at gmx.ch gmx.com web.de t-online.de freenet.de arcor.de mail.de posteo.de ' +
		'mailbox.org proton.me protonmail.com pm.me tutanota.com tuta.io fastmail.com zoho.com mail.com inbox.com hey.com ' +
		'orange.fr wanadoo.fr free.fr laposte.net sfr.fr libero.it virgilio.it tiscali.it alice.it tin.it ' +
		'telenet.be skynet.be ziggo.nl kpnmail.nl xs4all.nl planet.nl bluewin.ch aon.at chello.at ' +
		'telia.com comhem.se bredband.net online.no mail.dk jubii.dk luukku.com suomi24.fi ' +
		'wp.pl o2.pl onet.pl interia.pl op.pl gazeta.pl seznam.cz centrum.cz email.cz azet.sk zoznam.sk freemail.hu citromail.hu ' +
		'abv.bg mail.bg yahoo.ro mail.ru bk.ru inbox.ru list.ru yandex.ru yandex.com ya.ru rambler.ru ukr.net i.ua meta.ua ' +
		'comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net btinternet.com virginmedia.com sky.com ntlworld.com ' +
		'uol.com.br bol.com.br terra.com.br qq.com 163.com 126.com sina.com naver.com daum.net hanmail.net rediffmail.com'
	).split(' ')
);
