-- Merges and moves touch contacts and requests one after the other; what counts is how they end.
ALTER TABLE "requests" ALTER CONSTRAINT "requests_contact_of_company" DEFERRABLE INITIALLY DEFERRED;
--> statement-breakpoint
INSERT INTO "public_mail_domains" ("domain") SELECT unnest(string_to_array(
	'gmail.com googlemail.com outlook.com hotmail.com hotmail.co.uk hotmail.de hotmail.fr hotmail.it ' ||
	'hotmail.es live.com live.de live.fr live.co.uk live.nl live.se msn.com outlook.de outlook.fr ' ||
	'yahoo.com yahoo.co.uk yahoo.de yahoo.fr yahoo.it yahoo.es yahoo.co.in yahoo.co.jp yahoo.com.br ' ||
	'yahoo.ca yahoo.com.au ymail.com rocketmail.com aol.com aol.de aim.com icloud.com me.com mac.com ' ||
	'gmx.de gmx.net gmx.at gmx.ch gmx.com web.de t-online.de freenet.de arcor.de online.de email.de ' ||
	'mail.de posteo.de posteo.net mailbox.org vodafone.de 1und1.de proton.me protonmail.com pm.me ' ||
	'tutanota.com tuta.io tutanota.de fastmail.com hey.com zoho.com hushmail.com mailfence.com orange.fr ' ||
	'wanadoo.fr free.fr sfr.fr laposte.net neuf.fr bbox.fr club-internet.fr libero.it virgilio.it ' ||
	'alice.it tiscali.it tin.it mail.ru bk.ru inbox.ru list.ru yandex.ru yandex.com ya.ru rambler.ru ' ||
	'ukr.net i.ua meta.ua bigmir.net seznam.cz centrum.cz email.cz volny.cz azet.sk post.sk wp.pl o2.pl ' ||
	'onet.pl interia.pl op.pl poczta.fm bluewin.ch sunrise.ch hispeed.ch chello.at aon.at telenet.be ' ||
	'skynet.be ziggo.nl kpnmail.nl planet.nl hetnet.nl home.nl xs4all.nl telia.com bredband.net comhem.se ' ||
	'spray.se tele2.se online.no getmail.no sol.no mail.dk jubii.dk luukku.com btinternet.com ' ||
	'virginmedia.com sky.com ntlworld.com talktalk.net comcast.net verizon.net att.net sbcglobal.net ' ||
	'cox.net charter.net bellsouth.net earthlink.net shaw.ca rogers.com sympatico.ca bigpond.com ' ||
	'optusnet.com.au xtra.co.nz qq.com 163.com 126.com sina.com sohu.com naver.com daum.net hanmail.net ' ||
	'rediffmail.com uol.com.br bol.com.br terra.com.br terra.es telefonica.net sapo.pt abv.bg mail.bg ' ||
	'freemail.hu citromail.hu walla.co.il mail.com email.com usa.net', ' '));
